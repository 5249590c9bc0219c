"""`jalon serve` as a real process: it catches up, then leaves when told to, the mail in hand sent."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Message
from models.session import reading
from models.vocabulary import MessageStatus
from tests.operations.gate import Gate
from tests.workflows.season import open_season

JALON = Path(sys.executable).with_name("jalon")
MORNING = "2021-03-20T08:00:00+01:00"


def environment(folder: Path, **changes: object) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("JALON_")}
    return mine | {
        "JALON_DATABASE_URL": f"sqlite:///{folder / 'season.sqlite3'}",
        "JALON_NOW": MORNING,
        "JALON_LISTEN": "127.0.0.1:0",
        "JALON_BACKUP_FOLDER": str(folder / "backups"),
        "JALON_CATCHER_FOLDER": str(folder / "mail"),
        **{name: str(value) for name, value in changes.items()},
    }


def statuses(url: str) -> Counter[MessageStatus]:
    with reading(url) as session:
        return Counter(session.scalars(select(Message.status)))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_leave_it_finishes_the_message_in_hand_and_no_other(
    tmp_path: Path, number: signal.Signals
) -> None:
    url = open_season(tmp_path)
    before = statuses(url)
    with Gate() as door:
        env = environment(
            tmp_path,
            JALON_SMTP_HOST="127.0.0.1",
            JALON_SMTP_PORT=door.relay.port,
            JALON_SMTP_TLS="none",
            JALON_SENDER_ADDRESS="contrat@ville.example",
        )
        served = subprocess.Popen([JALON, "serve"], env=env, cwd=tmp_path, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        try:
            assert door.arrived.wait(60), "nothing was handed over"
            served.send_signal(number)
            door.let_in.set()
            told, errors = served.communicate(timeout=60)
        finally:
            door.let_in.set()
            served.kill()

    assert served.returncode == 0, errors
    assert "arrêté proprement" in told
    after = statuses(url)
    assert after[MessageStatus.SENT] == len(door.recipients) == 1
    assert after[MessageStatus.SENDING] == 0
    assert after[MessageStatus.WAITING] > before[MessageStatus.WAITING] > 1


@pytest.mark.slow
def test_killed_and_started_again_it_goes_on_and_sends_nothing_twice(tmp_path: Path) -> None:
    url = open_season(tmp_path)
    for _start in range(2):
        served = subprocess.Popen([JALON, "serve"], env=environment(tmp_path), cwd=tmp_path,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip
        assert served.stderr is not None
        for line in served.stderr:
            if "schedule started" in line:
                break
        served.kill()
        served.communicate()

    after = statuses(url)
    mails = list((tmp_path / "mail").glob("*.eml"))
    assert after.keys() <= {MessageStatus.SENT, MessageStatus.CANCELLED, MessageStatus.EXPIRED}
    assert len(mails) == after[MessageStatus.SENT] > 10
    assert len(list((tmp_path / "backups").glob("*.sqlite3"))) == 1


@pytest.mark.slow
def test_it_refuses_a_database_that_is_not_up_to_date(tmp_path: Path) -> None:
    env = environment(tmp_path, JALON_DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")

    done = subprocess.run([JALON, "serve"], env=env, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "jalon init" in done.stderr
