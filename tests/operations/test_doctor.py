"""`jalon doctor`: well when all is well, and for each thing that is wrong a line that says what to do."""

import mailbox
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from sqlalchemy import update

from cli.main import main
from config.settings import Settings, load_settings
from models import JournalEntry, Message
from models.session import reading, transaction
from models.vocabulary import MessageStatus
from notifications import sender_domain
from notifications.catcher import Catcher
from notifications.holding import hold_everything
from tests.workflows.season import READY
from workflows.doctor import CHECKS, Finding, Health, examine
from workflows.rounds import go_round, went_ill
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import deliver_mail
from workflows.works import WORKS, Means

pytestmark = pytest.mark.slow

NOW = at(READY, SWEEP_AT)


@pytest.fixture
def healthy(season_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation where nothing is wrong, but for the relay that it has not."""
    Path(season_url.removeprefix("sqlite:///")).chmod(0o600)
    settings = load_settings()
    for name in WORKS:
        go_round(name, NOW - timedelta(minutes=30), Means(settings))
    with Catcher(tmp_path / "mail") as catcher:
        deliver_mail(catcher.relay, lambda: NOW, url=season_url)
    return settings


class Zone(socketserver.ThreadingUDPServer):
    """A DNS server that knows what it is given, and answers nothing while `silent`."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Question)
        self.texts = texts


class Question(socketserver.BaseRequestHandler):
    server: Zone

    def handle(self) -> None:
        data, sock = self.request
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        name = asked.question[0].name
        text = self.server.texts.get(name.to_text(omit_final_dot=True))
        if text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{text}"'))
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    """What the DNS says of the sender's domain; it is the only one that this test reaches."""
    texts = {
        "ville.example": "v=spf1 mx -all",
        "_dmarc.ville.example": "v=DMARC1; p=reject",
        "clef._domainkey.ville.example": "v=DKIM1; k=rsa; p=MIIB",
    }
    with Zone(texts) as answering:
        thread = threading.Thread(target=answering.serve_forever, args=(0.01,))
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], answering.server_address[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield answering
        answering.shutdown()
        thread.join()


def with_relay(settings: Settings, port: int, **changes: object) -> Settings:
    there = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"}
    mine = {"sender_address": "contrat@ville.example", "dkim_selector": "clef"}
    return settings.model_copy(update=there | mine | changes)


def found(settings: Settings, check: str, now: datetime = NOW) -> Finding:
    return next(finding for finding in examine(settings, now) if finding.check == check)


def test_a_sound_installation_with_a_relay_is_well_all_over(
    healthy: Settings, tmp_path: Path, zone: Zone
) -> None:
    box = tmp_path / "retours"
    mailbox.Maildir(box).add(b"Subject: Undelivered\n\n")
    with Catcher(tmp_path / "mail") as catcher:
        findings = examine(with_relay(healthy, catcher.relay.port, bounce_mailbox=box), NOW)

        assert [f for f in findings if f.health is not Health.WELL] == []
        assert len(findings) == len(CHECKS) + 2  # SPF, DMARC and DKIM are one look at the DNS
        assert catcher.count == 0


def test_each_record_that_the_domain_lacks_is_named(healthy: Settings, zone: Zone) -> None:
    for name in ("_dmarc.ville.example", "clef._domainkey.ville.example"):
        del zone.texts[name]
    zone.texts["ville.example"] = "something=else"

    told = {f.check: f for f in examine(with_relay(healthy, 1), NOW)}

    for kind in ("SPF", "DMARC", "DKIM"):
        assert told[kind.lower()].health is Health.WARNING
        assert f"publier {kind}" in told[kind.lower()].todo
    assert "JALON_DKIM_SELECTOR" in found(with_relay(healthy, 1, dkim_selector=None), "dkim").todo


def test_a_silent_dns_is_told_and_hides_nothing(
    healthy: Settings, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_domain, "PATIENCE", 0.2)
    dns.resolver.get_default_resolver().port = 1

    assert found(with_relay(healthy, 1), "sender").health is Health.WARNING
    assert found(with_relay(healthy, 1), "backup").health is Health.WELL


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


def test_a_mailbox_of_what_comes_back_that_cannot_be_read_is_named(
    healthy: Settings, tmp_path: Path
) -> None:
    nowhere = healthy.model_copy(update={"bounce_mailbox": tmp_path / "nowhere"})
    finding = found(nowhere, "returns")
    assert finding.health is Health.ILL
    assert "nowhere » ne se lit pas" in finding.text
    assert "JALON_BOUNCE_MAILBOX" in finding.todo
    assert [f for f in examine(healthy, NOW) if f.check == "returns"] == []


def test_a_missing_database_hides_nothing_else(
    healthy: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.sqlite3'}")

    findings = {finding.check: finding.health for finding in examine(healthy, NOW)}

    assert findings["database"] is Health.ILL
    assert findings["outbox"] is Health.ILL
    assert findings["disk"] is Health.WELL


def failed(_url: str) -> None:
    went_ill("compose-digests", NOW, "la base redémarre")


def silent(_url: str) -> None:
    """Nothing to do: the test looks two days later."""


def late_backup(_url: str) -> None:
    """Nothing to do: the test looks two days later."""


def refused(url: str) -> None:
    with transaction(url) as session:
        session.execute(update(Message).values(status=MessageStatus.REFUSED, sent_at=None))


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
        (refused, "outbox", Health.WARNING, "jalon outbox list --status refused"),
        (stuck, "outbox", Health.ILL, "jalon serve"),
        (readable, "secrets", Health.WARNING, "chmod o-rwx"),
        (failed, "schedule", Health.ILL, "jalon flow run compose-digests"),
        (silent, "schedule", Health.ILL, "jalon worker"),
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

    code, told = typed("--at", NOW.isoformat())
    assert code == 0, told
    code, told = typed("--at", (NOW + timedelta(days=9)).isoformat())
    assert code == 1
    assert "en panne   backup" in told
