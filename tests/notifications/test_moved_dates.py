"""A date moved after it was written: the mail that names the earlier one stays, the new one is told."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import Message, Obligation
from models.session import transaction
from models.vocabulary import Act, ObligationStatus, Trigger
from models.vocabulary import MessageStatus as Status
from notifications import outbox, samples
from notifications.drafts import dated
from tests.notifications.postbox import NOW, deliver, one
from tests.notifications.servers import Scripted
from tests.notifications.world import World, a_world

pytestmark = pytest.mark.slow

DAY = NOW.date() + timedelta(days=20)
MOVED = (Status.CANCELLED, "échéance déplacée entre-temps")
SENT = (Status.SENT, "250 OK")


def delivered(url: str, *keys: str) -> list[tuple[Status, str]]:
    with Scripted() as server:
        deliver(server.relay, url)
    return [(message.status, message.outcome) for message in (one(url, key) for key in keys)]


def move(obligation: Obligation) -> None:
    obligation.nominal_on = obligation.effective_on = DAY + timedelta(days=10)


def digest(session: Session, world: World, owed: list[Obligation]) -> Message:
    return outbox.owe(
        session,
        key="digest",
        template="reminder_digest",
        context=samples.REMINDER_DIGEST,
        person=world.grantee,
        contract_id=world.contract.id,
        now=NOW,
        facts=dated(owed),
    )


@pytest.mark.parametrize(
    ("moved", "over", "end"),
    [(2, 0, MOVED), (1, 1, MOVED), (1, 0, SENT), (0, 1, SENT), (0, 0, SENT)],
)
def test_a_digest_leaves_while_one_of_its_dates_is_true(
    database_url: str, moved: int, over: int, end: tuple[Status, str]
) -> None:
    with transaction(database_url) as session:
        world = a_world(session)
        owed = [world.owes(duty, DAY) for duty in (Duty.FINAL_REPORT, Duty.MISSING_PIECE)]
        digest(session, world, owed)
        for obligation in owed[:moved]:
            move(obligation)
        for obligation in owed[2 - over :]:
            obligation.status, obligation.ended_on = ObligationStatus.MET, NOW.date()
    assert delivered(database_url, "digest") == [end]


@pytest.mark.parametrize(
    ("action", "template", "duty"),
    [
        (Act.ASK_PIECE, "missing_piece", Duty.MISSING_PIECE),
        (Trigger.START_REPORTING, "report_due", Duty.FINAL_REPORT),
    ],
)
def test_a_mail_about_a_moved_date_gives_way_to_the_one_that_tells_the_new_date(
    database_url: str, action: Act | Trigger, template: str, duty: Duty
) -> None:
    with transaction(database_url) as session:
        world = a_world(session)
        owed = world.owes(duty, DAY, about="RIB")
        first = outbox.owe_for(session, world.cause(action, owed))
        move(owed)
        then = outbox.owe_for(session, world.cause(Act.EXTEND, owed, reason="Accordé"))
        assert [m.template for m in (*first, *then)] == [template, "date_moved"]
        assert {m.person_id for m in (*first, *then)} == {world.grantee.id}
        assert then[0].facts["context"]["due"] == str(owed.effective_on)
        keys = first[0].key, then[0].key
    assert delivered(database_url, *keys) == [MOVED, SENT]


@pytest.mark.parametrize("told", ["nothing", "held", "of another date"])
def test_it_leaves_all_the_same_when_nothing_tells_the_new_date(sqlite_url: str, told: str) -> None:
    with transaction(sqlite_url) as session:
        world = a_world(session)
        owed = world.owes(Duty.MISSING_PIECE, DAY, about="RIB")
        (mail,) = outbox.owe_for(session, world.cause(Act.ASK_PIECE, owed))
        move(owed)
        if told != "nothing":
            (other,) = outbox.owe_for(session, world.cause(Act.EXTEND, owed, reason="Accordé"))
            other.status = Status.HELD if told == "held" else Status.WAITING
        if told == "of another date":
            owed.nominal_on = owed.effective_on = DAY + timedelta(days=30)
        key = mail.key
    assert delivered(sqlite_url, key) == [SENT]


def test_one_of_two_pieces_moved_leaves_the_other_asked_for(sqlite_url: str) -> None:
    with transaction(sqlite_url) as session:
        world = a_world(session)
        owed = [world.owes(Duty.MISSING_PIECE, DAY, about=piece) for piece in ("RIB", "Statuts")]
        (mail,) = outbox.owe_for(session, world.cause(Act.ASK_PIECE, *owed))
        move(owed[0])
        outbox.owe_for(session, world.cause(Act.EXTEND, owed[0], reason="Accordé"))
        key = mail.key
    assert delivered(sqlite_url, key) == [SENT]
