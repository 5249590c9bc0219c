"""Caps are counted for all processes together; what is above them waits, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from config.mail_policy import Caps, Mail
from models import MailQuota, Message
from models.session import reading, transaction
from models.vocabulary import MessageStatus as Status
from notifications.quotas import Meter
from tests.notifications.postbox import NOW, RULES, deliver, fill, one
from tests.notifications.servers import Scripted

pytestmark = pytest.mark.slow

A_MINUTE = timedelta(minutes=1)


def capped(**caps: object) -> Mail:
    return RULES.model_copy(update={"caps": Caps.model_validate(caps)})


def test_a_minute_has_its_cap_and_the_next_one_goes_on(database_url: str) -> None:
    fill(database_url, 5)
    rules = capped(per_minute=2)
    with Scripted() as server:
        sent = [deliver(server.relay, database_url, NOW, rules=rules).sent for _again in range(2)]
        later = [deliver(server.relay, database_url, NOW + A_MINUTE * n, rules=rules).sent
                 for n in (1, 2, 3)]  # fmt: skip
    assert (sent, later) == ([2, 0], [2, 1, 0])
    assert one(database_url, "award-4").attempts == 1


def test_a_day_has_its_cap_and_begins_at_midnight_in_paris(sqlite_url: str) -> None:
    fill(sqlite_url, 3)
    rules = capped(per_day=1)
    last, first = (datetime(2021, 2, 15, hour, 30, tzinfo=UTC) for hour in (22, 23))
    with Scripted() as server:
        moments = (NOW, last, first, NOW + timedelta(days=2))
        sent = [deliver(server.relay, sqlite_url, moment, rules=rules).sent for moment in moments]
    assert sent == [1, 0, 1, 1]
    with reading(sqlite_url) as session:
        assert session.scalar(select(func.count()).select_from(MailQuota)) == 2  # the old are gone


@pytest.mark.parametrize(("pattern", "at_once"), [("ville.example", 2 + 3), ("*", 2 + 2)])
def test_a_domain_has_its_cap_and_the_others_go_on(
    database_url: str, pattern: str, at_once: int
) -> None:
    fill(database_url, 7)
    with transaction(database_url) as session:
        for number in range(4, 7):
            query = select(Message).where(Message.key == f"award-{number}")
            message = session.scalars(query).one()
            message.recipient, message.person_id = f"lea{number}@orange.example", None
    rules = capped(domain_per_minute={pattern: 2})
    with Scripted() as server:
        assert deliver(server.relay, database_url, rules=rules).sent == at_once
        waits = one(database_url, "award-3")
        assert (waits.status, waits.attempts) == (Status.DEFERRED, 0)
        assert waits.outcome == "plafond atteint pour ville.example : suite à 10:31"
        later = deliver(server.relay, database_url, NOW + A_MINUTE, rules=rules)
    assert at_once + later.sent == 7


def test_processes_together_stay_under_the_cap(database_url: str) -> None:
    fill(database_url, 40)
    rules = capped(per_minute=11, domain_per_minute={"*": 30})
    with Scripted() as server, ThreadPoolExecutor(3) as pool:
        rounds = [
            pool.submit(deliver, server.relay, database_url, worker=f"w{n}", rules=rules)
            for n in range(3)
        ]
        assert sum(each.result().sent for each in rounds) == 11
    assert len(set(server.identifiers())) == 11


def test_without_a_cap_nothing_is_counted(sqlite_url: str) -> None:
    with transaction(sqlite_url) as session:
        meter = Meter(session, Caps(), NOW)
        meter.spend("ville.example")
        assert meter.full("ville.example") is None
        assert session.scalar(select(func.count()).select_from(MailQuota)) == 0
