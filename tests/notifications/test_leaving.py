"""Looked at again at the moment of leaving: what has become void stays, with its reason."""

import pytest
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import Message
from models.session import transaction
from models.vocabulary import MessageStatus as Status
from models.vocabulary import ObligationStatus, Outcome, State, Trigger
from notifications import outbox, samples
from notifications.delivery import DeliveryReport
from tests.notifications.postbox import NOW, deliver, one
from tests.notifications.servers import Scripted
from tests.notifications.world import World, a_world

pytestmark = pytest.mark.slow


def close(world: World, outcome: Outcome) -> None:
    world.application.state, world.application.outcome = State.CLOSED, outcome


def owed(session: Session, trigger: Trigger) -> tuple[World, Message]:
    world = a_world(session)
    return world, outbox.owe_for(session, world.cause(trigger))[0]


def leaves(url: str, key: str) -> tuple[DeliveryReport, Message]:
    with Scripted() as server:
        report = deliver(server.relay, url)
        assert len(server.received) == report.sent
    return report, one(url, key)


def test_an_inactive_person_is_not_written_to(database_url: str) -> None:
    with transaction(database_url) as session:
        world, message = owed(session, Trigger.DECLARE_INELIGIBLE)
        world.grantee.active = False
        key = message.key
    report, message = leaves(database_url, key)
    assert report == DeliveryReport(cancelled=1)
    assert (message.status, message.outcome) == (Status.CANCELLED, "destinataire désactivé")
    assert message.attempts == 0


@pytest.mark.parametrize(
    ("trigger", "wanted"),
    [
        (Trigger.REFER, False),
        (Trigger.START_REPORTING, False),
        (Trigger.SUBMIT, True),
        (Trigger.REFUSE, True),
        (Trigger.WITHDRAW, True),
    ],
)
def test_what_a_closed_application_still_has_to_say(
    sqlite_url: str, trigger: Trigger, *, wanted: bool
) -> None:
    with transaction(sqlite_url) as session:
        world, message = owed(session, trigger)
        close(world, Outcome.WITHDRAWN)
        key = message.key
    _report, message = leaves(sqlite_url, key)
    assert message.status is (Status.SENT if wanted else Status.CANCELLED)
    assert message.outcome == ("250 OK" if wanted else "dossier clos entre-temps")


@pytest.mark.parametrize(("live", "end"), [(1, Status.SENT), (0, Status.CANCELLED)])
def test_a_digest_of_things_all_done_does_not_leave(
    database_url: str, live: int, end: Status
) -> None:
    with transaction(database_url) as session:
        world = a_world(session)
        duties = [world.owes(d, NOW.date()) for d in (Duty.FINAL_REPORT, Duty.MISSING_PIECE)]
        outbox.owe(
            session,
            key="digest",
            template="reminder_digest",
            context=samples.REMINDER_DIGEST,
            person=world.grantee,
            contract_id=world.contract.id,
            now=NOW,
            facts={"obligations": [duty.id for duty in duties]},
        )
        for duty in duties[live:]:
            duty.status, duty.ended_on = ObligationStatus.MET, NOW.date()
    _report, message = leaves(database_url, "digest")
    assert message.status is end


@pytest.mark.parametrize("status", [Status.HELD, Status.CANCELLED, Status.REFUSED, Status.EXPIRED])
def test_only_what_waits_leaves(sqlite_url: str, status: Status) -> None:
    with transaction(sqlite_url) as session:
        _world, message = owed(session, Trigger.AWARD)
        message.status = status
        key = message.key
    report, message = leaves(sqlite_url, key)
    assert report == DeliveryReport()
    assert message.status is status
