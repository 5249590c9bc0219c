"""Backup and restore, and the move to another engine: everything comes back, and no mail leaves."""

import os
import sqlite3
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cli.main import main
from models import Base, Call, Message
from models.backup import check, put_back, save
from models.copying import copy_rows, count_rows
from models.errors import BadInput, JalonError, Refused, Unavailable
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus
from notifications.catcher import Catcher
from notifications.outbox_actions import release
from tests.workflows.season import READY, play
from workflows.actors import OPERATOR
from workflows.audit import verify
from workflows.backups import back_up, made, restore, taken_at
from workflows.moving import move
from workflows.queries import get_call, get_contract
from workflows.sessions import plan_session
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import compose_digests, deliver_mail

NOW = at(READY, SWEEP_AT)


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    with reading(url) as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
        }


def statuses(url: str) -> set[MessageStatus]:
    with reading(url) as session:
        return set(session.scalars(select(Message.status)))


def emptied(url: str) -> str:
    """The same place with nothing in it, as on a new machine."""
    engine = engine_for(url)
    if engine.dialect.name == "sqlite":
        engine.dispose()
        Path(str(engine.url.database)).unlink()
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        engine.dispose()
    return url


@pytest.mark.slow
def test_what_is_restored_is_what_was_saved_but_for_the_mail_which_is_held(
    database_url: str, tmp_path: Path
) -> None:
    play(database_url)
    with transaction(database_url) as session:
        on_its_way = session.scalars(select(Message.key).order_by(Message.id)).all()[0]
        session.execute(
            update(Message)
            .where(Message.key == on_its_way)
            .values(status=MessageStatus.SENDING, lease_until=NOW, claimed_by="elsewhere")
        )
    before, file = contents(database_url), tmp_path / "backup"
    save(database_url, file)
    emptied(database_url)

    held = restore(file, url=database_url)

    after = contents(database_url)
    assert held == len(before["message"])
    assert {name: rows for name, rows in after.items() if name != "message"} == {
        name: rows for name, rows in before.items() if name != "message"
    }
    assert statuses(database_url) == {MessageStatus.HELD}
    with Catcher(tmp_path / "mail") as catcher:
        later = NOW + timedelta(days=2)
        assert deliver_mail(catcher.relay, lambda: later, url=database_url).sent == 0
        with transaction(database_url) as session:
            doubtful = session.scalars(select(Message.key).where(Message.doubtful)).all()
            assert doubtful == [on_its_way]
            assert list(verify(session, get_contract(session))) == []
            release(session, now=later)
        assert deliver_mail(catcher.relay, lambda: later, url=database_url).sent > 0
    compose_digests(NOW, url=database_url)


def test_nothing_is_put_over_what_is_there(sqlite_url: str, tmp_path: Path) -> None:
    save(sqlite_url, tmp_path / "backup")

    with pytest.raises(Refused, match="n’est pas vide"):
        put_back(tmp_path / "backup", sqlite_url)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda data: data[: len(data) // 2], Unavailable),
        (lambda data: data[:8192] + bytes(40960) + data[49152:], Unavailable),
        (lambda data: b"PK" + data, BadInput),
        (lambda _data: b"", BadInput),
    ],
    ids=["cut", "overwritten", "another kind", "empty"],
)
def test_a_damaged_backup_is_refused_and_leaves_the_place_empty(
    season_url: str, tmp_path: Path, spoil: Callable[[bytes], bytes], kind: type[JalonError]
) -> None:
    file, target = tmp_path / "backup", tmp_path / "new" / "jalon.sqlite3"
    save(season_url, file)
    file.write_bytes(spoil(file.read_bytes()))

    with pytest.raises(kind):
        restore(file, url=f"sqlite:///{target}")
    assert not target.exists()


def test_a_backup_is_read_by_its_owner_alone_and_appears_whole(
    season_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup"

    assert save(season_url, file) == file.stat().st_size

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
    check(file)


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(
    season_url: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")

    with pytest.raises(Unavailable, match="n’a pas pu être écrite"):
        save(season_url, tmp_path / "taken" / "backup")


def test_a_backup_taken_while_others_write_is_of_one_instant(
    season_url: str, tmp_path: Path
) -> None:
    writer = sqlite3.connect(season_url.removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE message SET outcome = 'half done'")
    save(season_url, tmp_path / "backup")
    writer.execute("COMMIT")
    writer.close()

    with sqlite3.connect(tmp_path / "backup") as saved:
        found = saved.execute("SELECT count(*) FROM message WHERE outcome = 'half done'")
        assert found.fetchone() == (0,)
    saved.close()


def test_the_oldest_backups_are_given_up_and_never_for_a_failed_one(
    season_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    for day in range(4):
        back_up(folder, NOW + timedelta(days=day), keep=2)

    assert [taken_at(path) for path in made(folder)] == [
        NOW + timedelta(days=2),
        NOW + timedelta(days=3),
    ]
    with pytest.raises(Unavailable):
        back_up(folder, NOW + timedelta(days=9), keep=1, url=f"sqlite:///{tmp_path / 'none'}")
    assert len(made(folder)) == 2


@pytest.mark.postgres
def test_everything_moves_to_postgresql_and_life_goes_on_there(
    season_url: str, postgres_url: str
) -> None:
    moved = move(season_url, postgres_url)

    assert contents(postgres_url) == contents(season_url)
    assert moved.rows == count_rows(season_url)
    assert moved.journals["CV112"] == moved.rows["journal_entry"] > 30
    assert compose_digests(NOW, url=postgres_url) == compose_digests(NOW, url=season_url)
    with transaction(postgres_url) as session:  # new rows get numbers of their own
        call = get_call(session, get_contract(session).id)
        held_on = READY + timedelta(days=99)
        plan_session(session, call, held_on, actor=OPERATOR, now=NOW)
        assert list(verify(session, get_contract(session))) == []


def test_a_move_to_a_place_in_use_is_refused(season_url: str, sqlite_url: str) -> None:
    copy_rows(season_url, sqlite_url)

    with pytest.raises(Refused, match="n’est pas vide"):
        move(season_url, sqlite_url)


def test_a_move_from_a_tampered_journal_is_refused(season_url: str, sqlite_url: str) -> None:
    with transaction(season_url) as session:
        session.connection().exec_driver_sql("DROP TRIGGER journal_entry_no_update")
        session.connection().exec_driver_sql(
            "UPDATE journal_entry SET action = 'withdraw' WHERE seq = 7"
        )

    with pytest.raises(Refused, match="entrée n° 7 : son contenu a été modifié"):
        move(season_url, sqlite_url)


def test_the_commands_save_restore_and_move(
    season_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def typed(*words: object) -> str:
        monkeypatch.setattr(sys, "argv", ["jalon", *map(str, words)])
        with suppress(SystemExit):
            main()
        told = capsys.readouterr()
        assert told.err == ""
        return told.out

    assert "vérifiée" in typed("backup", tmp_path / "saved")
    new, moved = f"sqlite:///{tmp_path / 'a' / 'new'}", f"sqlite:///{tmp_path / 'moved'}"
    monkeypatch.setenv("JALON_DATABASE_URL", new)
    assert "jalon outbox release" in typed("restore", tmp_path / "saved")
    assert "chaîne intacte" in typed("migrate-data", new, moved)
    with reading(moved) as session:
        assert session.scalars(select(Call.year)).all() == [2021]
    assert os.environ["JALON_DATABASE_URL"] == new
