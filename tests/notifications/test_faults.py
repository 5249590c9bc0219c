"""A relay that is down, a process that dies, two at once: nothing lost, nothing doubled unmarked."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from models.errors import Unavailable
from models.session import transaction
from models.vocabulary import MessageStatus as Status
from notifications.claims import LEASE, Claim, Result, take
from notifications.delivery import DeliveryReport
from notifications.relay import Relay
from notifications.settling import settle
from tests.notifications.postbox import NOW, RULES, deliver, fill, ids, one
from tests.notifications.servers import SILENCE, Scripted
from tests.ports import free_port

pytestmark = pytest.mark.slow

ANOTHER_PROCESS = """
import sys
from datetime import datetime
from notifications.delivery import deliver_pending
from notifications.relay import Relay
from notifications.settling import settle

url, port, now = sys.argv[1:]
relay = Relay("127.0.0.1", int(port), tls="none")
deliver_pending(relay, clock=lambda: datetime.fromisoformat(now), worker="killed", url=url)
"""


A_REST = timedelta(minutes=20)  # longer than the first rest of a relay that refuses us


def claimed(url: str, worker: str, now: datetime) -> Claim:
    """A message that a process took, and did nothing about."""
    with transaction(url) as session:
        (claim,) = take(session, 1, worker=worker, now=now, rules=RULES).claims
    return claim


def test_a_process_killed_after_the_content_left_is_made_good_once(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with Scripted(DATA=[SILENCE]) as server:
        command = [sys.executable, "-c", ANOTHER_PROCESS, sqlite_url, str(server.relay.port)]
        with subprocess.Popen([*command, NOW.isoformat()]) as process:
            assert server.reached.wait(timeout=60)
            process.send_signal(signal.SIGKILL)
        left = one(sqlite_url)
        assert (left.status, left.claimed_by, left.doubtful) == (Status.SENDING, "killed", False)
        assert deliver(server.relay, sqlite_url, NOW + LEASE) == DeliveryReport()
        after = NOW + LEASE + timedelta(seconds=1)
        assert deliver(server.relay, sqlite_url, after) == DeliveryReport(sent=1, doubtful=1)
        assert deliver(server.relay, sqlite_url, after) == DeliveryReport()
    assert server.identifiers() == ids(sqlite_url) * 2
    assert server.received[0] == server.received[1]


def test_a_relay_that_is_down_loses_nothing(database_url: str) -> None:
    fill(database_url, 2)
    nowhere = Relay("127.0.0.1", free_port(), tls="none")
    with pytest.raises(Unavailable, match=r"ne prend pas le courrier.*restent dans la file"):
        deliver(nowhere, database_url)
    first = one(database_url)
    assert (first.status, first.attempts, first.due_at) == (Status.WAITING, 0, NOW)
    with Scripted() as server:
        assert deliver(server.relay, database_url).sent == 2


def test_a_relay_that_refuses_our_own_address_loses_nothing(sqlite_url: str) -> None:
    fill(sqlite_url, 2)
    with Scripted(MAIL=["550 5.7.1 Sender not allowed"]) as server:
        with pytest.raises(Unavailable, match="Sender not allowed"):
            deliver(server.relay, sqlite_url)
        first = one(sqlite_url, "award-0")
        assert (first.status, first.attempts) == (Status.DEFERRED, 0)
        with pytest.raises(Unavailable, match="prochain essai à 10:4"):
            deliver(server.relay, sqlite_url)
        assert server.connections == 1
        assert deliver(server.relay, sqlite_url, NOW + A_REST).sent == 2


def test_a_process_that_died_is_made_good_once_and_marked(database_url: str) -> None:
    fill(database_url, 2)
    with Scripted() as server:
        claim = claimed(database_url, "dead", NOW)
        assert deliver(server.relay, database_url) == DeliveryReport(sent=1)
        after = NOW + LEASE + timedelta(seconds=1)
        assert deliver(server.relay, database_url, after) == DeliveryReport(sent=1, doubtful=1)
        assert deliver(server.relay, database_url, after) == DeliveryReport()
    assert sorted(server.identifiers()) == sorted(ids(database_url))
    again = one(database_url, claim.key)
    assert (again.status, again.doubtful, again.attempts) == (Status.SENT, True, 2)


def test_whoever_lost_the_lease_changes_nothing(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    slow = claimed(sqlite_url, "jalon", NOW)
    other = claimed(sqlite_url, "jalon", NOW + LEASE * 2)
    assert other.doubtful
    with transaction(sqlite_url) as session:
        refused, later = Result(Status.REFUSED, "550"), NOW + LEASE * 2
        settle(session, [(slow, refused)], worker="jalon", now=later, rules=RULES)
    assert one(sqlite_url).status is Status.SENDING


def test_two_deliverers_send_each_message_once(database_url: str) -> None:
    fill(database_url, 60)
    with Scripted() as server, ThreadPoolExecutor(2) as pool:
        rounds = [
            pool.submit(deliver, server.relay, database_url, worker=f"w{n}") for n in range(2)
        ]
        reports = [each.result() for each in rounds]
    assert sum(report.sent for report in reports) == 60
    assert sorted(server.identifiers()) == sorted(ids(database_url))
    assert len(set(server.identifiers())) == 60
