"""Webhooks on a real HTTP server: owed with the entry, signed, tried again, never twice, never inside."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from models import JournalEntry, WebhookDelivery, WebhookSubscriber
from models.errors import BadInput
from models.session import reading, transaction
from models.vocabulary import Trigger
from models.webhook import HookStatus
from notifications.hook_claims import GIVE_UP_AFTER, LEASE, take_hook
from notifications.hook_delivery import HookReport, deliver_hooks, resolved
from tests.workflows.world import CHECKED, fill, world_in
from workflows.audit import verify
from workflows.queries import get_contract
from workflows.tellings import tell_again
from workflows.webhooks import subscribe

pytestmark = pytest.mark.slow


class Listening(ThreadingHTTPServer):
    """A subscriber: keeps what it was told, and answers what it is set to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/jalon"


class _Handler(BaseHTTPRequestHandler):
    server: Listening

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        names = {name.lower(): value for name, value in self.headers.items()}
        self.server.told.append((names, body))
        self.send_response(self.server.answer)
        self.send_header("location", self.server.url)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def listening() -> Iterator[Listening]:
    with Listening() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ready(url: str, at: str, events: tuple[str, ...] = ()) -> str:
    """A world whose contract tells `at`; the signing secret."""
    with transaction(url) as session:
        fill(session)
        world = world_in(session)
        _made, secret = subscribe(
            session, world.call.contract_id, at, events=events, now=CHECKED, private_allowed=True
        )
    return secret


def happen(url: str) -> str:
    """An application is filed and declared eligible: two events; its reference."""
    with transaction(url) as session:
        world = world_in(session)
        application = world.submitted()
        world.fire(application, Trigger.DECLARE_ELIGIBLE, CHECKED)
        return application.reference


def deliver(url: str, now: datetime = CHECKED, worker: str = "w") -> HookReport:
    return deliver_hooks(clock=lambda: now, worker=worker, private_allowed=True, url=url)


def tellings(url: str) -> list[WebhookDelivery]:
    with reading(url) as session:
        found = list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))
        session.expunge_all()
    return found


def test_what_happens_is_told_once_signed(database_url: str, listening: Listening) -> None:
    secret = ready(database_url, listening.url)
    reference = happen(database_url)

    first, again = deliver(database_url), deliver(database_url)

    assert (first, again) == (HookReport(told=2), HookReport())
    headers, body = listening.told[1]
    told = json.loads(body)
    assert told["type"] == "declare_eligible"
    assert told["data"]["reference"] == reference
    assert (told["data"]["from"], told["data"]["to"]) == ("submitted", "eligible")
    assert headers["webhook-id"].startswith("CV112-")
    assert headers["content-type"] == "application/json"
    by_another = Webhook(secret).sign(headers["webhook-id"], CHECKED, body.decode())
    assert headers["webhook-signature"] == by_another
    assert headers["webhook-timestamp"] == str(int(CHECKED.timestamp()))


def test_only_the_events_asked_for_are_told(sqlite_url: str, listening: Listening) -> None:
    ready(sqlite_url, listening.url, events=("declare_eligible",))
    happen(sqlite_url)

    assert deliver(sqlite_url).told == 1


def test_what_is_rolled_back_is_not_told(sqlite_url: str, listening: Listening) -> None:
    ready(sqlite_url, listening.url)
    with transaction(sqlite_url) as session:
        world_in(session).submitted()
        assert session.scalars(select(WebhookDelivery)).all()
        session.rollback()

    assert deliver(sqlite_url) == HookReport()
    assert listening.told == []


def test_a_failure_is_tried_again_later_and_holds_up_only_its_subscriber(
    database_url: str, listening: Listening
) -> None:
    ready(database_url, listening.url)
    with transaction(database_url) as session:
        contract_id = world_in(session).call.contract_id
        subscribe(session, contract_id, "http://127.0.0.1:1/", now=CHECKED, private_allowed=True)
    happen(database_url)

    first = deliver(database_url)
    soon = deliver(database_url, CHECKED + timedelta(minutes=4))
    listening.answer = 500
    later = deliver(database_url, CHECKED + timedelta(minutes=8))

    assert (first.told, first.put_off) == (2, 1)
    assert soon == HookReport(put_off=1), "its other event was due, and it fails still"
    assert later.put_off == 1
    with reading(database_url) as session:
        troubles = session.scalars(select(WebhookSubscriber.trouble).order_by(WebhookSubscriber.id))
        assert [bool(trouble) for trouble in troubles] == [False, True]


def test_it_is_given_up_in_the_end_and_can_be_told_again(
    sqlite_url: str, listening: Listening
) -> None:
    ready(sqlite_url, listening.url, events=("submit",))
    happen(sqlite_url)
    listening.answer = 500
    now = CHECKED
    for _attempt in range(GIVE_UP_AFTER):
        report = deliver(sqlite_url, now)
        now += timedelta(hours=8)

    assert report == HookReport(abandoned=1)
    assert deliver(sqlite_url, now) == HookReport()
    listening.answer = 200
    with transaction(sqlite_url) as session:
        contract_id = world_in(session).call.contract_id
        tell_again(session, contract_id, tellings(sqlite_url)[0].id, now)
    assert deliver(sqlite_url, now).told == 1


def test_one_that_is_gone_is_told_nothing_any_more(sqlite_url: str, listening: Listening) -> None:
    ready(sqlite_url, listening.url)
    happen(sqlite_url)
    listening.answer = 410

    assert deliver(sqlite_url) == HookReport(abandoned=1)
    assert deliver(sqlite_url, CHECKED + timedelta(days=1)) == HookReport()
    happen(sqlite_url)
    assert len(tellings(sqlite_url)) == 2, "nothing more is owed to it"


def test_a_redirection_is_not_followed(sqlite_url: str, listening: Listening) -> None:
    ready(sqlite_url, listening.url, events=("submit",))
    happen(sqlite_url)
    listening.answer = 307

    assert deliver(sqlite_url).put_off == 1
    assert len(listening.told) == 1
    assert tellings(sqlite_url)[0].outcome == "HTTP 307"


def test_a_process_that_dies_leaves_its_event_to_another(
    database_url: str, listening: Listening
) -> None:
    ready(database_url, listening.url, events=("submit",))
    happen(database_url)
    with transaction(database_url) as session:
        assert take_hook(session, worker="dead", now=CHECKED)

    assert deliver(database_url) == HookReport(), "under the lease of the dead"
    after = CHECKED + LEASE + timedelta(seconds=1)
    assert deliver(database_url, after).told == 1
    assert [(t.status, t.attempts) for t in tellings(database_url)] == [(HookStatus.SENT, 2)]


@pytest.mark.postgres
def test_several_processes_tell_each_event_once(postgres_url: str, listening: Listening) -> None:
    ready(postgres_url, listening.url)
    for _application in range(10):
        happen(postgres_url)
    workers = [
        threading.Thread(target=deliver, args=(postgres_url, CHECKED, f"w{number}"))
        for number in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    told = [headers["webhook-id"] for headers, _body in listening.told]
    assert len(told) == len(set(told)) == 20


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:5432/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
    ],
)
def test_nothing_is_told_inside(url: str) -> None:
    with pytest.raises(BadInput, match="JALON_WEBHOOK_PRIVATE"):
        resolved(url, private_allowed=False)
    assert resolved(url, private_allowed=True)[0] == url.split("/")[2]


def test_a_private_address_is_not_called(sqlite_url: str, listening: Listening) -> None:
    ready(sqlite_url, listening.url, events=("submit",))
    happen(sqlite_url)

    report = deliver_hooks(clock=lambda: CHECKED, worker="w", url=sqlite_url)

    assert report.put_off == 1
    assert listening.told == []
    assert "adresse privée" in tellings(sqlite_url)[0].outcome


@pytest.mark.parametrize(
    "url",
    ["http://exemple.fr/", "ftp://exemple.fr/", "https://", "exemple.fr", "https://u:p@exemple.fr/",
     "https://exemple.fr:port/", "https://exe mple.fr/"],
)  # fmt: skip
def test_an_address_that_cannot_be_called_is_refused(sqlite_url: str, url: str) -> None:
    with transaction(sqlite_url) as session:
        fill(session)
        contract_id = world_in(session).call.contract_id
        with pytest.raises(BadInput, match="ne peut pas être appelée"):
            subscribe(session, contract_id, url, now=CHECKED)


def test_the_chain_is_whole_with_subscribers(sqlite_url: str, listening: Listening) -> None:
    ready(sqlite_url, listening.url)
    happen(sqlite_url)
    with reading(sqlite_url) as session:
        entries = session.scalars(
            select(JournalEntry.id).where(JournalEntry.application_id.is_not(None))
        ).all()
        assert list(verify(session, get_contract(session))) == []
    assert {telling.entry_id for telling in tellings(sqlite_url)} == set(entries) != set()
