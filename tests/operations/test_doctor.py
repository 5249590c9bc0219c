"""`jalon doctor`: well when all is well, and for each thing that is wrong a line that says what to do."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cli.main import main
from config.settings import Settings, load_settings
from models import JournalEntry, Message
from models.session import reading, transaction
from models.vocabulary import MessageStatus
from notifications.catcher import Catcher
from notifications.holding import hold_everything
from tests.workflows.season import READY
from workflows.backups import back_up
from workflows.doctor import CHECKS, Finding, Health, examine
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import deliver_mail

NOW = at(READY, SWEEP_AT)


@pytest.fixture
def healthy(season_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation where nothing is wrong, but for the relay that it has not."""
    Path(season_url.removeprefix("sqlite:///")).chmod(0o600)
    back_up(tmp_path / "backups", NOW - timedelta(hours=3), keep=2)
    with Catcher(tmp_path / "mail") as catcher:
        deliver_mail(catcher.relay, lambda: NOW, url=season_url)
    return load_settings()


def found(settings: Settings, check: str, now: datetime = NOW) -> Finding:
    return next(finding for finding in examine(settings, now) if finding.check == check)


def test_a_sound_installation_with_a_relay_is_well_all_over(
    healthy: Settings, tmp_path: Path
) -> None:
    with Catcher(tmp_path / "mail") as catcher:
        there = {"smtp_host": "127.0.0.1", "smtp_port": catcher.relay.port, "smtp_tls": "none"}
        findings = examine(healthy.model_copy(update=there), NOW)

        assert [f for f in findings if f.health is not Health.WELL] == []
        assert len(findings) == len(CHECKS)
        assert catcher.count == 0


def test_without_a_relay_it_says_where_mail_stays(healthy: Settings) -> None:
    relay = found(healthy, "relay")
    assert relay.health is Health.WARNING
    assert "JALON_SMTP_HOST" in relay.todo


def test_a_relay_that_does_not_answer_or_cannot_encrypt_is_named(
    healthy: Settings, tmp_path: Path
) -> None:
    nobody = {"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_tls": "none"}
    assert found(healthy.model_copy(update=nobody), "relay").health is Health.ILL
    with Catcher(tmp_path / "mail") as catcher:
        plain = nobody | {"smtp_port": catcher.relay.port, "smtp_tls": "starttls"}
        finding = found(healthy.model_copy(update=plain), "relay")
    assert finding.health is Health.ILL
    assert "STARTTLS" in finding.text


def test_a_missing_database_hides_nothing_else(
    healthy: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.sqlite3'}")

    findings = {finding.check: finding.health for finding in examine(healthy, NOW)}

    assert findings["database"] is Health.ILL
    assert findings["outbox"] is Health.ILL
    assert findings["disk"] is Health.WELL


def late_backup(_url: str) -> None:
    """Nothing to do: the test looks two days later."""


def held(url: str) -> None:
    with transaction(url) as session:
        session.execute(update(Message).values(status=MessageStatus.WAITING, sent_at=None))
        hold_everything(session)


def stuck(url: str) -> None:
    with transaction(url) as session:
        session.execute(update(Message).values(status=MessageStatus.WAITING, sent_at=None))


def readable(url: str) -> None:
    Path(url.removeprefix("sqlite:///")).chmod(0o644)


@pytest.mark.parametrize(
    ("spoil", "check", "health", "words"),
    [
        (held, "outbox", Health.WARNING, "release"),
        (stuck, "outbox", Health.ILL, "jalon serve"),
        (readable, "secrets", Health.WARNING, "chmod o-rwx"),
        (late_backup, "backup", Health.ILL, "jalon flow run backup"),
    ],
)
def test_each_fault_is_named_with_its_remedy(
    healthy: Settings,
    season_url: str,
    spoil: Callable[[str], None],
    check: str,
    health: Health,
    words: str,
) -> None:
    spoil(season_url)

    finding = found(healthy, check, NOW + timedelta(days=2))

    assert finding.health is health
    assert words in finding.todo


def test_a_clock_behind_the_journal_is_ill(healthy: Settings, season_url: str) -> None:
    with reading(season_url) as session:
        last = session.query(JournalEntry).order_by(JournalEntry.at.desc()).first()
        assert last is not None
        before = last.at - timedelta(days=1)

    assert found(healthy, "clock", before).health is Health.ILL
    assert found(healthy, "clock", datetime(2026, 1, 1, tzinfo=UTC)).health is Health.WELL


def test_the_command_ends_with_one_when_something_is_ill(
    healthy: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def typed(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["jalon", "doctor", *words])
        code = 0
        try:
            main()
        except SystemExit as left:
            code = int(left.code or 0)
        return code, capsys.readouterr().out

    assert typed("--at", NOW.isoformat())[0] == 0
    code, told = typed("--at", (NOW + timedelta(days=9)).isoformat())
    assert code == 1
    assert "en panne   backup" in told
