"""Two processes that rest the same addresses lock them in one order, so that neither waits for ever."""

import mailbox
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from models import Message, Person
from models.session import engine_for, transaction
from models.vocabulary import MessageStatus as Status
from notifications import outbox, samples
from notifications.claims import Result, take
from notifications.settling import settle
from tests.notifications.bounced import dsn
from tests.notifications.postbox import NOW, RULES
from tests.notifications.world import a_world
from workflows.bounces import digest_of, hear_mailbox

pytestmark = pytest.mark.postgres
GONE = Result(Status.REFUSED, "550 5.1.1 Unknown user", nobody=True)
LOCK = "SELECT id FROM person WHERE id = %s FOR NO KEY UPDATE"


@pytest.fixture
def two(postgres_url: str) -> list[int]:
    """Two persons, each with a mail that is due; the one with the higher number first."""
    with transaction(postgres_url) as session:
        world = a_world(session)
        people = sorted((world.grantee, world.pilot), key=lambda person: -person.id)
        for person in people:
            outbox.owe(session, key=f"award:{person.id}", template="award", context=samples.AWARD,
                       person=person, contract_id=world.contract.id, now=NOW)  # fmt: skip
        return [person.id for person in people]


def settled(url: str, _folder: Path) -> None:
    """Refusals, in the order in which the relay gave them: the higher number first."""
    with transaction(url) as session:
        claims = take(session, 2, worker="one", now=NOW, rules=RULES).claims
    with transaction(url) as session:
        done = [(claim, GONE) for claim in sorted(claims, key=lambda claim: claim.id)]
        settle(session, done, worker="one", now=NOW, rules=RULES)


def heard(url: str, folder: Path) -> None:
    """The same from a mailbox, whose mails are heard in the order of their digests."""
    box, after = mailbox.mbox(folder / "retours"), ""
    with transaction(url) as session:
        for message in session.scalars(select(Message).order_by(Message.id)):
            told = (dsn(message.recipient, identifier=message.message_id,
                        diagnostic=f"550 5.1.1 Unknown user {number}") for number in range(500))  # fmt: skip
            later = next(content for content in told if digest_of(content) > after)
            after = digest_of(later)
            box.add(later)
    box.close()
    hear_mailbox(folder / "retours", NOW, url=url)


@pytest.mark.parametrize("work", [settled, heard])
def test_the_lowest_is_locked_first(
    postgres_url: str, tmp_path: Path, two: list[int], work: Callable[[str, Path], None]
) -> None:
    address = postgres_url.replace("+psycopg", "")
    high, low = two
    with psycopg.connect(address) as first, psycopg.connect(address) as other:
        first.execute(LOCK, [low])
        worker = threading.Thread(target=work, args=(postgres_url, tmp_path))
        worker.start()
        assert _blocked(address, first.info.backend_pid)
        other.execute(LOCK + " NOWAIT", [high])  # raises when the one that waits holds it
        other.rollback()
        first.rollback()
        worker.join(30)
    assert not worker.is_alive()
    with transaction(postgres_url) as session:
        failing = select(Person.id).where(Person.failing_since.is_not(None))
        assert set(session.scalars(failing)) == {high, low}
    engine_for(postgres_url).dispose()


def _blocked(address: str, by: int) -> bool:
    """Wait until somebody waits for that connection's lock; the database says so itself."""
    asked = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    with psycopg.connect(address, autocommit=True) as watcher:
        return any(watcher.execute(asked, [by]).fetchone() for _again in range(20_000))
