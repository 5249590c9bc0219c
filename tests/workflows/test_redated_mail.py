"""A date moves while mail that states it waits: the mail says the new one, and never the old."""

from collections.abc import Callable
from datetime import date
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from config.vocabulary import Duty
from models import Application, Message, Obligation, Person, RoleGrant
from models.vocabulary import MessageStatus as Status
from models.vocabulary import Role, State
from notifications.formats import short_day
from tests.workflows.world import CHECKED, FILED, World, day
from workflows.acts import ask_piece, extend, receive_piece
from workflows.agendas import owe_agendas
from workflows.grants import postpone
from workflows.rules import rules_of
from workflows.sessions import move_session

FEBRUARY, MOVED_TO = day(2021, 2, 1), date(2021, 3, 25)


def waiting(world: World, template: str) -> Message:
    query = select(Message).where(Message.template == template).order_by(Message.id.desc())
    return world.session.scalars(query).first() or pytest.fail(template)


def said(message: Message) -> str:
    """Its subject, its text and its calendar file."""
    mail = message_from_bytes(message.content, policy=default)
    parts = [p.get_content() for p in mail.walk() if p.get_content_maintype() == "text"]
    return " ".join([message.subject, *parts]).replace("\xa0", " ")


def in_words(day: date) -> tuple[str, str]:
    return short_day(day).replace("\xa0", " "), f"{day:%Y%m%d}"


def owed(world: World, duty: Duty) -> Obligation:
    query = select(Obligation).where(Obligation.duty == duty).order_by(Obligation.id.desc())
    return world.session.scalars(query).first() or pytest.fail(duty)


def the_session(world: World, _application: Application) -> None:
    held = world.call.sessions[0]
    move_session(world.session, world.call, held, MOVED_TO, actor=world.manager, now=FEBRUARY)


def the_end(world: World, application: Application) -> None:
    postpone(world.desk(day(2021, 4, 1)), application, date(2022, 3, 1), "Travaux")


def the_pause(world: World, application: Application) -> None:
    ask_piece(world.desk(day(2020, 12, 14)), application, "RIB")
    receive_piece(world.desk(day(2020, 12, 21)), application, "RIB")


CASES = [
    (State.ELIGIBLE, the_session, "opinion_asked", Duty.PILOT_OPINION),
    (State.FUNDED, the_end, "award", Duty.FINAL_REPORT),
    (State.SUBMITTED, the_pause, "acknowledgement", Duty.ELIGIBILITY_CHECK),
]


@pytest.mark.parametrize(("state", "move", "template", "duty"), CASES)
@pytest.mark.parametrize("status", [Status.WAITING, Status.DEFERRED, Status.HELD])
def test_what_waits_says_the_new_date(
    world: World, state: State, move: Callable[..., None], template: str, duty: Duty, status: Status
) -> None:
    application = (
        world.brought_to(state)
        if state is not State.SUBMITTED
        else world.submitted(received_at=FILED)
    )
    message, old = waiting(world, template), owed(world, duty).effective_on
    message.status = status
    before = (message.key, message.message_id, message.due_at)
    assert in_words(old)[0] in said(message)

    move(world, application)

    new = owed(world, duty).effective_on
    assert new > old
    message = waiting(world, template)
    assert in_words(new)[0] in said(message)
    assert not any(text in said(message) for text in in_words(old))
    assert (message.key, message.message_id, message.due_at) == before
    assert message.status is status
    assert f"{old}" not in str(message.facts)


@pytest.mark.parametrize("status", [Status.SENT, Status.SENDING, Status.CANCELLED])
def test_what_left_or_is_leaving_stays(world: World, status: Status) -> None:
    application = world.brought_to(State.ELIGIBLE)
    message = waiting(world, "opinion_asked")
    message.status, before = status, message.content
    message.sent_at = FEBRUARY if status is Status.SENT else None
    message.lease_until = FEBRUARY if status is Status.SENDING else None
    the_session(world, application)
    assert waiting(world, "opinion_asked").content == before


def test_the_date_of_another_duty_of_the_same_day_stays(world: World) -> None:
    application = world.submitted()
    for piece in ("RIB", "Statuts"):
        ask_piece(world.desk(CHECKED), application, piece)
    messages = list(world.session.scalars(
        select(Message).where(Message.template == "missing_piece").order_by(Message.id)))  # fmt: skip
    first = world.session.scalars(select(Obligation).where(Obligation.about == "RIB")).one()
    old = first.effective_on
    extend(world.desk(CHECKED), application, first, date(2021, 3, 1), "Banque fermée")
    assert [in_words(old)[0] in said(message) for message in messages] == [True, True]
    assert "1er mars 2021" in said(waiting(world, "date_moved"))


def test_a_moved_session_is_told_to_applicants_and_its_agenda_is_written_again(
    world: World,
) -> None:
    world.brought_to(State.COMMITTEE)
    held, near = world.call.sessions[0], day(2021, 3, 15)
    world.session.add(member := Person(email="claire@contrat.example", name="Claire"))
    world.session.flush()
    world.session.add(
        RoleGrant(person_id=member.id, role=Role.MANAGER, contract_id=world.call.contract_id)
    )
    old = held.held_on
    assert owe_agendas(world.session, near, rules_of()) > 0
    agenda, key = waiting(world, "session_agenda"), waiting(world, "session_scheduled").key

    move_session(world.session, world.call, held, MOVED_TO, actor=world.manager, now=near)

    told = waiting(world, "session_scheduled")
    assert told.key == key
    assert in_words(MOVED_TO)[0] in said(told)
    assert in_words(old)[0] not in said(told)
    world.session.refresh(agenda)
    assert (agenda.status, agenda.outcome) == (Status.CANCELLED, "séance déplacée entre-temps")
    assert owe_agendas(world.session, day(2021, 3, 19), rules_of()) > 0
    again = waiting(world, "session_agenda")
    assert in_words(MOVED_TO)[0] in said(again)
    assert again.facts["context"]["updated"] is False


def test_whoever_read_the_old_day_of_the_session_is_told_the_new_one_once(world: World) -> None:
    world.brought_to(State.COMMITTEE)
    held, near = world.call.sessions[0], day(2021, 3, 15)
    old, first = held.held_on, waiting(world, "session_scheduled")
    first.status, first.sent_at = Status.SENT, near

    move_session(world.session, world.call, held, MOVED_TO, actor=world.manager, now=near)

    told = waiting(world, "session_scheduled")
    assert (told.id != first.id, told.status, told.recipient) == (
        True,
        Status.WAITING,
        first.recipient,
    )
    assert in_words(MOVED_TO)[0] in said(told)
    assert "remplace celle du" in said(told)
    assert f"{old.day} " in said(told)

    later = date(2021, 3, 30)
    move_session(world.session, world.call, held, later, actor=world.manager, now=near)
    world.session.refresh(told)
    assert in_words(later)[0] in said(told)
    assert in_words(MOVED_TO)[0] not in said(told)
    every = select(Message).where(Message.template == "session_scheduled")
    assert len(world.session.scalars(every).all()) == 2
