"""Handing mail to a real server: each answer has its exact end, and nothing is lost or doubled."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Message
from models.session import reading
from models.vocabulary import MessageStatus as Status
from notifications.backoff import delay
from notifications.catcher import Catcher
from notifications.delivery import DeliveryReport
from notifications.relay import Relay
from tests.notifications.postbox import NOW, RETRY, deliver, fill, ids, one
from tests.notifications.servers import HANG_UP, SILENCE, Scripted, impatient
from tests.ports import free_port

pytestmark = pytest.mark.slow


def test_mail_arrives_byte_for_byte_as_it_was_frozen(database_url: str, tmp_path: Path) -> None:
    fill(database_url, 3)
    with Catcher(tmp_path / "mail") as catcher:
        report = deliver(catcher.relay, database_url)
    assert report == DeliveryReport(sent=3)
    kept = {path.read_bytes() for path in (tmp_path / "mail").glob("*.eml")}
    with reading(database_url) as session:
        messages = session.scalars(select(Message)).all()
        assert kept == {message.content for message in messages}
        assert {m.status for m in messages} == {Status.SENT}
        assert {m.sent_at for m in messages} == {NOW}
        assert {m.outcome for m in messages} == {"250 OK"}
        assert {m.attempts for m in messages} == {1}
    assert catcher.by_template == {"award": 3}


def test_one_connection_serves_a_whole_round(sqlite_url: str) -> None:
    fill(sqlite_url, 5)
    with Scripted() as server:
        assert deliver(server.relay, sqlite_url).sent == 5
    assert server.connections == 1


def test_nothing_to_send_opens_no_connection(sqlite_url: str) -> None:
    fill(sqlite_url, 1, due_at=NOW + timedelta(minutes=1))
    nowhere = Relay("127.0.0.1", free_port(), tls="none")
    assert deliver(nowhere, sqlite_url) == DeliveryReport()
    assert one(sqlite_url).status is Status.WAITING


def test_the_first_due_leaves_first_and_a_limit_is_kept(sqlite_url: str) -> None:
    fill(sqlite_url, 1, key="late", due_at=NOW)
    fill(sqlite_url, 1, key="early", due_at=NOW - timedelta(days=1))
    with Scripted() as server:
        assert deliver(server.relay, sqlite_url, limit=1).sent == 1
    assert one(sqlite_url, "early-0").status is Status.SENT
    assert one(sqlite_url, "late-0").status is Status.WAITING


@pytest.mark.parametrize(
    ("stage", "answer", "end"),
    [
        ("RCPT", "550 5.2.1 Disabled", Status.REFUSED),
        ("RCPT", "551 Not here", Status.REFUSED),
        ("RCPT", "450 4.2.0 Greylisted", Status.DEFERRED),
        ("RCPT", "452 Too many", Status.DEFERRED),
        ("DATA", "554 5.7.1 Policy", Status.HELD),
        ("RCPT", "550 5.7.26 Unauthenticated sender", Status.HELD),
        ("DATA", "554 Transaction failed", Status.REFUSED),
        ("DATA", "552 Too big", Status.REFUSED),
        ("DATA", "451 Try later", Status.DEFERRED),
        ("MAIL", "552 Message too big", Status.REFUSED),
        ("MAIL", "451 Try later", Status.DEFERRED),
    ],
)
def test_a_refusal_ends_one_message_and_the_next_one_leaves(
    sqlite_url: str, stage: str, answer: str, end: Status
) -> None:
    fill(sqlite_url, 2)
    with Scripted(**{stage: [answer]}) as server:
        report = deliver(server.relay, sqlite_url)
    first, second = (one(sqlite_url, f"award-{n}") for n in range(2))

    assert (first.status, first.outcome, first.doubtful) == (end, answer, False)
    waits = first.due_at - NOW
    assert RETRY.first <= waits <= RETRY.first * 5 / 4 if end is Status.DEFERRED else not waits
    assert second.status is Status.SENT
    assert report.sent == 1
    assert report.refused + report.deferred + report.held == 1
    assert server.connections == 1


def test_a_deferred_message_comes_back_in_its_time(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with Scripted(RCPT=["450 Greylisted", "450 Greylisted"]) as server:
        assert deliver(server.relay, sqlite_url).deferred == 1
        assert deliver(server.relay, sqlite_url) == DeliveryReport()
        first = one(sqlite_url).due_at
        assert first == NOW + delay(1, "award-0", RETRY)
        assert deliver(server.relay, sqlite_url, first).deferred == 1
        second = one(sqlite_url).due_at
        assert second == first + delay(2, "award-0", RETRY)
        assert deliver(server.relay, sqlite_url, second).sent == 1
    assert one(sqlite_url).attempts == 3
    assert len(server.received) == 1


@pytest.mark.parametrize("behaviour", [SILENCE, HANG_UP])
def test_no_answer_after_the_content_is_doubtful(sqlite_url: str, behaviour: str) -> None:
    fill(sqlite_url, 2)
    with Scripted(DATA=[behaviour]) as server:
        relay = impatient(server.relay)
        assert deliver(relay, sqlite_url) == DeliveryReport(sent=1, deferred=1, doubtful=1)
        first = one(sqlite_url, "award-0")
        assert (first.status, first.doubtful) == (Status.DEFERRED, True)
        again = deliver(relay, sqlite_url, NOW + RETRY.first * 2)
    assert again == DeliveryReport(sent=1, doubtful=1)
    assert one(sqlite_url, "award-0").doubtful
    assert not one(sqlite_url, "award-1").doubtful
    assert sorted(server.identifiers()) == sorted([*ids(sqlite_url), first.message_id])


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
@pytest.mark.parametrize("behaviour", [SILENCE, HANG_UP, "421 Closing"])
def test_cut_off_before_the_content_is_a_plain_delay(
    sqlite_url: str, stage: str, behaviour: str
) -> None:
    fill(sqlite_url, 2)
    with Scripted(**{stage: [behaviour]}) as server:
        report = deliver(impatient(server.relay), sqlite_url)
    assert report == DeliveryReport(sent=1, deferred=1)
    assert not one(sqlite_url, "award-0").doubtful
    assert server.connections == 2
