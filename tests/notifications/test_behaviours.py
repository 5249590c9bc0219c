"""Every part that a relay may play has its exact end for each message: `behaviours.py` is the table."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from models.errors import Unavailable
from models.session import reading
from models.vocabulary import MessageStatus as Status
from notifications.backoff import delay
from notifications.breaker import health_of
from notifications.catcher import LARGEST
from notifications.delivery import DeliveryReport
from notifications.relay import Relay
from tests.notifications.behaviours import CASES, LOST, Case, End
from tests.notifications.postbox import NOW, RETRY, deliver, fill, one
from tests.notifications.rogue import AS_USUAL, CUT, Rogue, say, say_and_cut

pytestmark = pytest.mark.slow

PATIENCE = 0.5  # seconds: nobody waits for minutes here


class Authority:
    """Who signs the certificates of these tests, and who does not."""

    def __init__(self, folder: Path) -> None:
        self.known, self.stranger = trustme.CA(), trustme.CA()
        self.file = folder / "authority.pem"
        self.known.cert_pem.write_to_path(str(self.file))

    def context(self, certificate: str) -> ssl.SSLContext | None:
        """What a server with that certificate shows."""
        if not certificate:
            return None
        signer = self.stranger if certificate == "unknown" else self.known
        name = "ailleurs.example" if certificate == "other name" else "127.0.0.1"
        past = datetime(2020, 1, 1, tzinfo=UTC) if certificate == "expired" else None
        since = datetime(2019, 1, 1, tzinfo=UTC)
        made = signer.issue_cert(name, not_after=past, not_before=since)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


class AtOnce(Rogue):
    """TLS from the first byte."""

    async def _listen(self):  # type: ignore[no-untyped-def] # as its parent's
        tls, self.tls = self.tls, None
        return await self._loop.create_server(self._talk, "127.0.0.1", self._port, ssl=tls)


def server_for(case: Case, authority: Authority) -> Rogue:
    kind = AtOnce if case.tls == "tls" else Rogue
    context = authority.context(case.certificate)
    size = LARGEST if case.size else None
    return kind(case.script, tls=context, auth=bool(case.password), size=size)


def relay_for(case: Case, server: Rogue, authority: Authority) -> Relay:
    return replace(
        server.relay,
        tls=case.tls,
        ca_file=str(authority.file),
        username="jalon" if case.password else None,
        password=case.password or None,
        connect_wait=PATIENCE,
        command_wait=PATIENCE,
        data_wait=PATIENCE * 4 if "slow" in case.name or "while" in case.name else PATIENCE,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_each_message_has_its_exact_end(case: Case, sqlite_url: str, authority: Authority) -> None:
    fill(sqlite_url, 2)
    with server_for(case, authority) as server:
        relay, told = relay_for(case, server, authority), ""
        try:
            report = deliver(relay, sqlite_url)
        except Unavailable as error:
            told, report = str(error), None
    for number, end in enumerate((case.first, case.second)):
        check(sqlite_url, f"award-{number}", end)
    with reading(sqlite_url) as session:
        health = health_of(session, str(relay))
        assert (health.fault if health else None) == case.rests
    assert bool(told) is (case.rests is not None)
    assert case.detail in told
    assert len(server.received) == case.got
    if report is not None:
        assert report == expected_report(case)
        assert server.connections == case.connections


def check(url: str, key: str, end: End) -> None:
    message = one(url, key)
    due = NOW + delay(1, key, RETRY) if end.again else NOW
    found = (message.status, message.attempts, message.doubtful, message.due_at)
    assert found == (end.status, end.attempts, end.doubtful, due), message.outcome
    assert (message.sent_at == NOW) is (end.status is Status.SENT)
    if end.outcome == "*":
        assert message.outcome in LOST or "reset" in message.outcome
    elif end.outcome.endswith("*"):
        assert message.outcome.startswith(end.outcome[:-1])
    else:
        assert message.outcome == end.outcome


def expected_report(case: Case) -> DeliveryReport:
    ends = (case.first, case.second)
    counts = {status: sum(end.status is status for end in ends) for status in Status}
    return DeliveryReport(
        sent=counts[Status.SENT],
        deferred=counts[Status.DEFERRED],
        refused=counts[Status.REFUSED],
        held=counts[Status.HELD],
        doubtful=sum(end.doubtful for end in ends),
    )


def test_there_are_many_and_each_is_another() -> None:
    assert len(CASES) == len({case.name for case in CASES}) >= 25


def test_greylisted_for_ever_ends_after_five_days(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with Rogue({"RCPT": say("450 4.2.0 Greylisted")}) as server:
        now = NOW
        while (message := one(sqlite_url)).status in (Status.WAITING, Status.DEFERRED):
            now = max(now, message.due_at)
            deliver(server.relay, sqlite_url, now)
    assert message.status is Status.EXPIRED
    assert not message.doubtful
    assert "450 4.2.0 Greylisted" in message.outcome
    assert NOW + RETRY.give_up <= now <= NOW + RETRY.give_up + RETRY.longest * 5 / 4
    assert server.received == []


def test_a_relay_that_takes_one_connection_only_gets_everything_on_it(sqlite_url: str) -> None:
    fill(sqlite_url, 6)
    busy = [AS_USUAL, *[say_and_cut("421 4.7.0 Too many connections")] * 2]
    with Rogue({"CONNECT": busy}) as server:
        report = deliver(replace(server.relay, connections=3), sqlite_url)
    assert report == DeliveryReport(sent=6)
    assert {one(sqlite_url, f"award-{number}").attempts for number in range(6)} == {1}
    assert len(server.received) == 6
    assert server.connections == 3


def test_one_that_takes_none_any_more_rests(sqlite_url: str) -> None:
    fill(sqlite_url, 4)
    closed = [AS_USUAL, *[say_and_cut("421 4.3.2 Closed")] * 9]
    with (
        Rogue({"CONNECT": closed, "RCPT": [CUT]}) as server,
        pytest.raises(Unavailable, match=r"421 4\.3\.2 Closed"),
    ):
        deliver(replace(server.relay, connections=3), sqlite_url)
    ends = [one(sqlite_url, f"award-{number}") for number in range(4)]
    assert sum(end.attempts for end in ends) == 1
    assert not any(end.doubtful for end in ends)
