"""A committee day in calendars: one event for ever, moved with its sequence, taken back when void; in the feed."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Application, Message, Person
from models.session import engine_for, transaction
from models.vocabulary import MessageStatus as Status
from models.vocabulary import State, Trigger
from tests.workflows.season import MANAGERS, grantee, open_season
from tests.workflows.world import SESSION, World, world_in
from workflows.agendas import owe_agendas
from workflows.feeds import make_feed, read_feed
from workflows.rules import rules_of
from workflows.sessions import move_session
from workflows.simulation import PEOPLE_AT, at

HELD = SESSION + timedelta(days=28)  # the second committee day
NEAR, PILOT, GRANTEE = HELD - timedelta(days=5), "suivi2@pilote.example", "contact1@porteur.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One application before the second committee, whose agenda was sent."""
    url = open_season(tmp_path)
    with transaction(url) as session:
        found = world_in(session)
        application = found.brought_to(State.COMMITTEE, **grantee(1))
        application.session = found.call.sessions[1]
        session.flush()
        assert owe_agendas(session, at(NEAR, PEOPLE_AT), rules_of()) > 0
        sent = {"status": Status.SENT, "sent_at": at(NEAR, PEOPLE_AT)}
        session.execute(update(Message).where(Message.template == "session_agenda").values(**sent))
        yield found
    engine_for(url).dispose()


def attached(session: Session, to: str) -> tuple[str, Any, str]:
    """The method and the one event of the latest agenda for that reader, and its subject."""
    query = select(Message).where(Message.template == "session_agenda", Message.recipient == to)
    message = session.scalars(query.order_by(Message.id.desc())).first()
    assert message is not None
    mail = message_from_bytes(message.content, policy=default)
    [part] = [p for p in mail.iter_attachments() if p.get_content_type() == "text/calendar"]
    [event] = (calendar := Calendar.from_ical(part.get_content())).walk("VEVENT")
    return str(calendar["method"]), event, message.subject


def fed(session: Session, address: str) -> dict[str, Any]:
    """The committee days in somebody's feed, by identifier."""
    person = session.scalars(select(Person).where(Person.email == address)).one()
    now = at(NEAR, PEOPLE_AT)
    text = read_feed(session, make_feed(session, person, now), now)
    events = Calendar.from_ical(text or "").walk("VEVENT")
    return {str(e["uid"]): e for e in events if "Comité" in str(e["summary"])}


@pytest.mark.parametrize("reader", [MANAGERS[0], PILOT])
def test_the_agenda_brings_the_day_and_the_feed_shows_the_same_event(
    world: World, reader: str
) -> None:
    method, event, _subject = attached(world.session, reader)
    assert (method, event.decoded("dtstart"), event["sequence"]) == ("PUBLISH", HELD, 1)
    shown = fed(world.session, reader)[str(event["uid"])]
    assert [shown.decoded(n) for n in ("dtstart", "sequence", "summary")] == [
        event.decoded(n) for n in ("dtstart", "sequence", "summary")
    ]
    assert fed(world.session, GRANTEE) == {}


@pytest.mark.parametrize("days", [3, 60])
def test_a_day_that_moves_is_the_same_event_later_however_far(world: World, days: int) -> None:
    _method, before, _subject = attached(world.session, PILOT)
    to, now = HELD + timedelta(days=days), at(NEAR, PEOPLE_AT)
    move_session(
        world.session, world.call, world.call.sessions[1], to, actor=world.manager, now=now
    )
    moved = fed(world.session, PILOT)[str(before["uid"])]
    assert (moved.decoded("dtstart"), moved["sequence"]) == (to, before["sequence"] + 1)

    assert owe_agendas(world.session, now, rules_of()) > 0

    method, event, subject = attached(world.session, PILOT)
    assert (method, str(event["uid"])) == ("PUBLISH", str(before["uid"]))
    assert event.decoded("dtstart") == to
    assert event["sequence"] > moved["sequence"]
    assert subject.startswith("Ordre du jour modifié")
    assert owe_agendas(world.session, now, rules_of()) == 0


def test_a_day_with_nothing_on_it_any_more_is_taken_back(world: World) -> None:
    _method, before, _subject = attached(world.session, PILOT)
    held = Application.session_id == world.call.sessions[1].id
    for application in world.session.scalars(select(Application).where(held)).all():
        world.fire(world.again(application), Trigger.WITHDRAW, at(NEAR, PEOPLE_AT))

    assert owe_agendas(world.session, at(NEAR, PEOPLE_AT), rules_of()) > 0

    method, event, subject = attached(world.session, PILOT)
    assert (method, str(event["uid"]), event["status"]) == (
        "CANCEL",
        str(before["uid"]),
        "CANCELLED",
    )
    assert event["sequence"] > before["sequence"]
    assert subject.startswith("Séance sans objet")
    assert fed(world.session, PILOT) == {}
    assert owe_agendas(world.session, at(NEAR, PEOPLE_AT), rules_of()) == 0


def test_an_agenda_that_did_not_leave_gives_way_to_the_next(world: World) -> None:
    world.session.execute(
        update(Message)
        .where(Message.template == "session_agenda")
        .values(status=Status.WAITING, sent_at=None)
    )
    application = world.brought_to(State.COMMITTEE, **grantee(2))
    application.session = world.call.sessions[1]
    world.session.flush()

    assert owe_agendas(world.session, at(NEAR, PEOPLE_AT), rules_of()) > 0

    query = select(Message.status, Message.outcome).where(
        Message.template == "session_agenda", Message.recipient == PILOT
    )
    first, second = world.session.execute(query.order_by(Message.id)).all()
    assert first == (Status.CANCELLED, "ordre du jour modifié entre-temps")
    assert second == (Status.WAITING, "")
    assert attached(world.session, PILOT)[2].startswith("Ordre du jour\u00a0:")
