"""Dated duties as calendar files: the same event for ever, its changes counted, taken back when void; a feed."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models import Application, Message, Obligation, Person, RoleGrant
from models.session import engine_for, reading, transaction
from models.vocabulary import ObligationStatus, Role, Trigger
from tests.workflows.season import open_season
from workflows.actors import OPERATOR
from workflows.acts import ask_piece, extend, receive_piece
from workflows.advance import advance
from workflows.answers import obligation_of
from workflows.desk import Desk
from workflows.feeds import make_feed, read_feed, revoke_feeds
from workflows.move import Given
from workflows.owed import owned_by
from workflows.queries import get_application, get_contract
from workflows.simulation import PEOPLE_AT, SWEEP_AT, at
from workflows.sweeps import compose_digests

REF, GRANTEE = (
    "CV112-2021-0010",
    "contact2@porteur.example",
)  # still to be screened, one piece asked
DAY = date(2021, 3, 22)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    yield found
    engine_for(found).dispose()


def attached(content: bytes) -> tuple[str, list[Any]]:
    """The method of the calendar file of a mail, and its events."""
    mail = message_from_bytes(content, policy=default)
    assert mail.get_content_type() == "multipart/mixed"
    [part] = [p for p in mail.iter_attachments() if p.get_content_type() == "text/calendar"]
    assert part.get_filename() == "echeances.ics"
    assert mail.get_body(("plain",)) is not None
    assert mail.get_body(("html",)) is not None
    calendar = Calendar.from_ical(part.get_content())
    assert calendar["method"] == part["content-type"].params["method"]
    return str(calendar["method"]), list(calendar.walk("VEVENT"))


def last(session: Session, template: str, to: str = GRANTEE) -> bytes:
    query = select(Message.content).where(Message.template == template, Message.recipient == to)
    return session.scalars(query.order_by(Message.id.desc())).first() or b""


def opened(session: Session, day: date) -> tuple[Desk, Application]:
    return Desk.at(session, OPERATOR, at(day, PEOPLE_AT)), get_application(session, REF)


def test_a_dated_duty_keeps_its_identifier_and_counts_its_changes(url: str) -> None:
    with transaction(url) as session:
        desk, application = opened(session, DAY)
        ask_piece(desk, application, "RIB")
        first_method, [first] = attached(last(session, "missing_piece"))

        [owed] = [o for o in _owed(session) if o.about == "RIB"]
        extend(desk, application, owed, date(2021, 4, 20), "Banque fermée")
        _method, [moved] = attached(last(session, "date_moved"))

    assert first_method == "PUBLISH"
    assert (first["sequence"], moved["sequence"]) == (0, 1)
    assert first["uid"] == moved["uid"]
    assert (first["dtstart"].dt, moved["dtstart"].dt) == (date(2021, 4, 6), date(2021, 4, 20))
    assert moved["dtend"].dt == date(2021, 4, 21)
    assert first["status"] == "CONFIRMED"
    assert f"Fournir la pièce manquante (RIB) – {REF}" in first["summary"]


def test_what_is_void_is_taken_back_from_the_calendar(url: str) -> None:
    with transaction(url) as session:
        desk, application = opened(session, DAY)
        advance(session, application, Trigger.WITHDRAW, OPERATOR, desk.now, given=Given())
        method, events = attached(last(session, "withdrawn"))

    assert method == "CANCEL"
    assert [(event["status"], event["sequence"]) for event in events] == [("CANCELLED", 1)]


def test_a_mail_without_a_date_of_its_reader_has_no_calendar(url: str) -> None:
    with reading(url) as session:
        mail = message_from_bytes(last(session, "acknowledgement"), policy=default)
    assert mail.get_content_type() == "multipart/alternative"


def test_a_digest_brings_what_its_reader_owes_and_nothing_else(url: str) -> None:
    compose_digests(at(date(2021, 3, 26), SWEEP_AT), url=url)
    compose_digests(at(date(2021, 4, 5), SWEEP_AT), url=url)

    with reading(url) as session:
        query = select(Message.content).where(Message.key.like("digest:2021-03-26:%"))
        contents = {
            message_from_bytes(one, policy=default)["to"].addresses[0].addr_spec: one
            for one in session.scalars(query)
        }
        [event] = attached(contents[GRANTEE])[1]
        late = last(session, "reminder_digest")
    assert event["dtstart"].dt == date(2021, 4, 2)
    assert b"text/calendar" not in late, "what is late has no day to come"


def test_a_feed_opens_with_its_secret_until_it_is_revoked(url: str) -> None:
    now = at(DAY, PEOPLE_AT)
    with transaction(url) as session:
        person = session.scalars(select(Person).where(Person.email == GRANTEE)).one()
        first = make_feed(session, person, now)
        assert read_feed(session, first, now) is not None
        secret = make_feed(session, person, now)
        assert read_feed(session, first, now) is None, "a new one closes the one before"
        before = _events(read_feed(session, secret, now))

        desk, application = opened(session, DAY)
        receive_piece(desk, application, "Comptes approuvés")
        after = _events(read_feed(session, secret, now))
        assert revoke_feeds(session, person, now + timedelta(days=1)) == 1
        assert read_feed(session, secret, now) is None
        assert read_feed(session, "nothing", now) is None

    gone = before.keys() - after.keys()
    assert [before[uid]["summary"] for uid in gone] == [
        f"Fournir la pièce manquante (Comptes approuvés) – {REF} Ateliers n° 10"
    ]
    assert after
    assert all("CV112-2021-" in event["summary"] for event in after.values())


def test_a_feed_shows_nobody_elses_duties(url: str) -> None:
    with transaction(url) as session:
        person = session.scalars(select(Person).where(Person.email == GRANTEE)).one()
        secret = make_feed(session, person, at(DAY, PEOPLE_AT))
        events = _events(read_feed(session, secret, at(DAY, PEOPLE_AT)))
    assert not [e for e in events.values() if "recevabilité" in e["summary"]]


def test_a_feed_leads_to_pages_and_says_how_often_to_come_back(url: str) -> None:
    now = at(DAY, PEOPLE_AT)
    with transaction(url) as session:
        person = session.scalars(select(Person).where(Person.email == GRANTEE)).one()
        text = read_feed(
            session, make_feed(session, person, now), now, public_url="https://j.example"
        )
    calendar: Any = Calendar.from_ical(text or "")
    assert calendar["refresh-interval"].dt == timedelta(hours=6)
    assert calendar["x-wr-timezone"] == "Europe/Paris"
    events = calendar.walk("VEVENT")
    assert events
    for event in events:
        reference = re.findall(r"CV112-2021-\d+", event["summary"])[0]
        assert event["url"] == f"https://j.example/mes-demandes/{reference}"
        assert event["description"].endswith(event["url"])


def test_a_feed_of_whoever_owes_nothing_is_a_calendar_still(url: str) -> None:
    """One without any component is none: Outlook refuses it."""
    now = at(DAY, PEOPLE_AT)
    with transaction(url) as session:
        person = Person(email="personne@exemple.example", name="Personne")
        session.add(person)
        session.flush()
        text = read_feed(session, make_feed(session, person, now), now) or ""
    calendar: Any = Calendar.from_ical(text)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    assert len(text) < 2000


@pytest.mark.parametrize(
    ("role", "owed"), [(Role.PILOT, {Role.PILOT}), (Role.FUNDER, set()), (Role.READER, set())]
)
def test_a_role_for_an_organisation_brings_what_that_role_owes(
    url: str, role: Role, owed: set[Role]
) -> None:
    with transaction(url) as session:
        due = select(Obligation).where(
            Obligation.owed_by == Role.PILOT, Obligation.status == ObligationStatus.OPEN
        )
        one = session.scalars(due).first()
        assert one is not None
        organisation = one.organisation_id
        session.execute(  # what a manager owes may bear the same organisation
            update(Obligation)
            .where(Obligation.owed_by == Role.MANAGER)
            .values(organisation_id=organisation)
        )
        person = Person(email="quelqu-un@exemple.example", name="Quelqu’un")
        session.add(person)
        session.flush()
        session.add(RoleGrant(person_id=person.id, role=role, organisation_id=organisation))
        session.flush()
        parts = owned_by(session, get_contract(session).id, person.email)
        found = (
            select(Obligation.owed_by)
            .join(Application, Application.id == Obligation.application_id)
            .where(or_(*parts))
        )
        assert set(session.scalars(found)) == owed


def _events(text: str | None) -> dict[str, Any]:
    assert text is not None
    return {str(event["uid"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


def _owed(session: Session) -> list[Any]:
    keys = session.scalars(select(Obligation.key).where(Obligation.key.like(f"{REF}:missing%")))
    return [obligation_of(session, key) for key in keys.all()]
