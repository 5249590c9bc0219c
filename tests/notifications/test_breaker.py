"""A relay that fails rests, for every process; one alone tries after that."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from models.errors import Unavailable
from models.session import reading, transaction
from models.vocabulary import MessageStatus as Status
from models.vocabulary import RelayFault
from notifications.breaker import A_TRY, RelayDown, admit, failed, health_of, recovered
from notifications.ledger import ENOUGH
from notifications.relay import Relay
from tests.notifications.postbox import NOW, deliver, fill, one
from tests.notifications.servers import HANG_UP, Scripted
from tests.ports import free_port

RELAY = "relais.example:587"


def fail(url: str, fault: RelayFault, now: datetime) -> datetime:
    with transaction(url) as session:
        return failed(session, RELAY, RelayDown(fault, "parti"), now).until


@pytest.mark.slow
def test_each_failure_in_a_row_doubles_the_rest_up_to_a_limit(database_url: str) -> None:
    now, rests = NOW, []
    for _number in range(12):
        until = fail(database_url, RelayFault.UNREACHABLE, now)
        rests.append((until - now) / timedelta(minutes=1))
        now = until
    assert 1 <= rests[0] <= 1.25
    assert all(1.5 < after / before < 2.6 for before, after in pairwise(rests[:5]))
    assert all(30 <= rest <= 37.5 for rest in rests[5:])


def test_what_needs_a_person_rests_longer_from_the_start(sqlite_url: str) -> None:
    for fault in set(RelayFault) - {RelayFault.UNREACHABLE}:
        with transaction(sqlite_url) as session:
            recovered(session, RELAY)
        assert fail(sqlite_url, fault, NOW) >= NOW + timedelta(minutes=15)


def test_after_a_rest_one_tries_and_the_others_wait_for_what_comes_of_it(database_url: str) -> None:
    until = fail(database_url, RelayFault.UNREACHABLE, NOW)
    with transaction(database_url) as session:
        assert admit(session, RELAY, until - timedelta(seconds=1)).rest is not None
    with transaction(database_url) as session:
        first = admit(session, RELAY, until)
    with transaction(database_url) as session:
        second = admit(session, RELAY, until)
    assert (first.rest, first.failed_before) == (None, True)
    assert second.rest is not None
    assert second.rest.until == until + A_TRY
    with transaction(database_url) as session:
        assert admit(session, RELAY, until + A_TRY).rest is None


@pytest.mark.slow
def test_nobody_calls_a_relay_that_rests_and_it_is_forgotten_once_it_works(sqlite_url: str) -> None:
    fill(sqlite_url, 3)
    port = free_port()
    with pytest.raises(Unavailable):
        deliver(Relay("127.0.0.1", port, tls="none"), sqlite_url)
    comes_back = Scripted()
    comes_back._port = port
    with comes_back as server:
        with pytest.raises(Unavailable, match="prochain essai à 10:3"):
            deliver(server.relay, sqlite_url)
        assert server.connections == 0
        assert deliver(server.relay, sqlite_url, NOW + timedelta(minutes=2)).sent == 3
    with reading(sqlite_url) as session:
        assert health_of(session, str(server.relay)) is None


def test_a_relay_that_rests_bothers_nobody_while_nothing_is_due(sqlite_url: str) -> None:
    fill(sqlite_url, 1, due_at=NOW + timedelta(days=1))
    with transaction(sqlite_url) as session:
        failed(session, "127.0.0.1:1", RelayDown(RelayFault.UNREACHABLE, "parti"), NOW)
    assert deliver(Relay("127.0.0.1", 1, tls="none"), sqlite_url).sent == 0


@pytest.mark.parametrize(
    ("answer", "fault", "end"),
    [
        ("554 5.7.1 Listed", RelayFault.POLICY, Status.HELD),
        ("421 4.7.0 Slow down", RelayFault.UNREACHABLE, Status.DEFERRED),
        (HANG_UP, RelayFault.UNREACHABLE, Status.DEFERRED),
    ],
)
@pytest.mark.slow
def test_trouble_with_one_message_after_the_other_is_trouble_with_the_relay(
    sqlite_url: str, answer: str, fault: RelayFault, end: Status
) -> None:
    fill(sqlite_url, ENOUGH + 3)
    with (
        Scripted(RCPT=[answer] * (ENOUGH + 3)) as server,
        pytest.raises(Unavailable, match="restent dans la file"),
    ):
        deliver(server.relay, sqlite_url)
    ends = [one(sqlite_url, f"award-{number}").status for number in range(ENOUGH + 3)]
    assert ends == [end] * ENOUGH + [Status.WAITING] * 3
    with reading(sqlite_url) as session:
        health = health_of(session, str(server.relay))
        assert health is not None
        assert health.fault is fault


@pytest.mark.slow
def test_a_good_answer_in_between_starts_the_count_again(sqlite_url: str) -> None:
    fill(sqlite_url, ENOUGH * 2)
    answers = [*["554 5.7.1 Listed"] * (ENOUGH - 1), "250 OK"] * 2
    with Scripted(RCPT=answers) as server:
        report = deliver(server.relay, sqlite_url)
    assert (report.sent, report.held) == (2, (ENOUGH - 1) * 2)
