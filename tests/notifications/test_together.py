"""Several connections of one process, leases kept, doubt and attempts written down."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.mail_policy import InDoubt
from models import DeliveryAttempt
from models.session import reading, transaction
from models.vocabulary import MessageStatus as Status
from notifications import delivery
from notifications.claims import LEASE, take
from notifications.delivery import DeliveryReport
from notifications.settling import prolong
from tests.notifications.postbox import NOW, RULES, deliver, fill, ids, one
from tests.notifications.servers import SILENCE, Scripted, impatient

pytestmark = pytest.mark.slow

HOLDING = RULES.model_copy(update={"in_doubt": {"award": InDoubt.HOLD}})


def attempts(url: str, key: str = "award-0") -> list[DeliveryAttempt]:
    message_id = one(url, key).id
    with reading(url) as session:
        query = select(DeliveryAttempt).where(DeliveryAttempt.message_id == message_id)
        found = list(session.scalars(query.order_by(DeliveryAttempt.number)))
        session.expunge_all()
        return found


def test_several_connections_send_each_message_once(database_url: str) -> None:
    fill(database_url, 50)
    with Scripted() as server:
        report = deliver(replace(server.relay, connections=4), database_url)
    assert report == DeliveryReport(sent=50)
    assert server.connections == 4
    assert sorted(server.identifiers()) == sorted(ids(database_url))


def test_a_limit_is_kept_by_all_connections_together(sqlite_url: str) -> None:
    fill(sqlite_url, 9)
    with Scripted() as server:
        assert deliver(replace(server.relay, connections=4), sqlite_url, limit=6).sent == 6
    assert len(server.received) == 6


def test_one_connection_in_trouble_does_not_stop_the_others(sqlite_url: str) -> None:
    fill(sqlite_url, 12)
    with Scripted(DATA=[SILENCE]) as server:
        report = deliver(replace(impatient(server.relay), connections=3), sqlite_url)
    assert (report.sent, report.deferred, report.doubtful) == (11, 1, 1)


def test_a_lease_is_kept_while_the_hand_over_lasts(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_url, 1)
    monkeypatch.setattr(delivery, "HEARTBEAT", 0.05)
    with Scripted(DATA=[SILENCE]) as server:
        moments = iter(NOW + timedelta(minutes=minute) for minute in range(1000))
        relay = replace(impatient(server.relay), data_wait=0.5)
        delivery.deliver_pending(
            relay, clock=lambda: next(moments), worker="slow", url=sqlite_url, rules=RULES
        )
    assert one(sqlite_url).status is Status.DEFERRED
    (told,) = attempts(sqlite_url)
    assert told.ended_at is not None
    assert told.ended_at - told.started_at > timedelta(minutes=4)  # it beat meanwhile


def test_a_lease_is_prolonged_by_its_owner_alone(database_url: str) -> None:
    fill(database_url, 1)
    with transaction(database_url) as session:
        (claim,) = take(session, 1, worker="a", now=NOW, rules=RULES).claims
    almost = NOW + LEASE - timedelta(seconds=1)
    with transaction(database_url) as session:
        assert prolong(session, claim, worker="a", now=almost)
        assert not prolong(session, claim, worker="b", now=almost)
    with transaction(database_url) as session:
        assert take(session, 1, worker="b", now=NOW + LEASE * 1.5, rules=RULES).claims == []
        assert len(take(session, 1, worker="b", now=NOW + LEASE * 3, rules=RULES).claims) == 1
    with transaction(database_url) as session:
        assert not prolong(session, claim, worker="a", now=NOW + LEASE * 3)


def test_every_attempt_is_kept_with_the_relays_words(database_url: str) -> None:
    fill(database_url, 1)
    with Scripted(RCPT=["450 4.2.0 Greylisted"]) as server:
        deliver(server.relay, database_url)
        deliver(server.relay, database_url, NOW + timedelta(hours=1), worker="second")
    told = [(a.number, a.worker, a.status, a.answer, a.doubtful) for a in attempts(database_url)]
    assert told == [
        (1, "test", Status.DEFERRED, "450 4.2.0 Greylisted", False),
        (2, "second", Status.SENT, "250 OK", False),
    ]


def test_the_attempt_of_a_process_that_died_is_told_too(database_url: str) -> None:
    fill(database_url, 1)
    with transaction(database_url) as session:
        take(session, 1, worker="dead", now=NOW, rules=RULES)
    with Scripted() as server:
        deliver(server.relay, database_url, NOW + LEASE * 2)
    first, second = attempts(database_url)
    assert (first.worker, first.ended_at, first.doubtful) == ("dead", None, True)
    assert first.answer == "aucune trace : le processus s’est arrêté"
    assert second.status is Status.SENT


def test_a_template_may_wait_for_a_person_when_in_doubt(database_url: str) -> None:
    fill(database_url, 2)
    with Scripted(DATA=[SILENCE]) as server:
        report = deliver(impatient(server.relay), database_url, rules=HOLDING)
        assert report == DeliveryReport(sent=1, held=1, doubtful=1)
        later = deliver(server.relay, database_url, NOW + LEASE * 3, rules=HOLDING)
    assert later == DeliveryReport()
    held = one(database_url)
    assert (held.status, held.doubtful, held.outcome) == (
        Status.HELD,
        True,
        "pas de réponse à temps",
    )


def test_one_whose_process_died_waits_too(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with transaction(sqlite_url) as session:
        take(session, 1, worker="dead", now=NOW, rules=RULES)
    with Scripted() as server:
        assert deliver(server.relay, sqlite_url, NOW + LEASE * 2, rules=HOLDING).held == 1
    assert server.received == []
    assert "à vérifier" in one(sqlite_url).outcome


def test_told_to_stop_those_in_hand_are_the_last(sqlite_url: str) -> None:
    fill(sqlite_url, 20)
    told_to_stop = threading.Event()
    with Scripted() as server:

        def stopping() -> bool:
            if server.reached.is_set():
                told_to_stop.set()
            return told_to_stop.is_set()

        relay = replace(server.relay, connections=3)
        report = delivery.deliver_pending(
            relay, clock=lambda: NOW, worker="w", url=sqlite_url, rules=RULES, stopping=stopping
        )
    assert 0 < report.sent == len(server.received) < 20
