"""What a day calls for, computed and never scheduled: the plan of a day and the preview of many."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models import Contact, FichePilot, Message, ReminderStep
from models.session import engine_for, reading
from tests.workflows.season import MANAGERS, READY, open_season
from workflows.reminder_book import read_book
from workflows.reminders import Reminder, note_taken, plan, preview
from workflows.rules import rules_of

INTERIM = date(2021, 10, 15)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    url = open_season(tmp_path)
    with reading(url) as opened:
        yield opened
    engine_for(url).dispose()


def announced(session: Session, start: date, end: date) -> list[tuple[date, str, str, list[str]]]:
    return [
        (day, reminder.obligation.key, _label(reminder), addresses(reminder))
        for day, reminders in preview(session, start, end, rules_of())
        for reminder in reminders
    ]


def _label(reminder: Reminder) -> str:
    return reminder.leaving.label if reminder.leaving else ""


def addresses(reminder: Reminder) -> list[str]:
    return [told.person.email if told.person else "" for told in reminder.told]


def of_the_opinion(session: Session) -> Reminder:
    """Today's reminder of one opinion that the pilot owes."""
    [reminder] = [
        r
        for r in plan(read_book(session, READY, rules_of()), READY, rules_of())
        if r.obligation.key == "CV112-2021-0005:pilot_opinion"
    ]
    return reminder


@pytest.mark.slow
def test_the_preview_says_who_gets_what_when_and_by_which_rung(session: Session) -> None:
    key, grantee = "CV112-2021-0009:agreement:2", "contact1@porteur.example"

    told = announced(session, READY, date(2021, 10, 30))

    assert [(day, label) for day, one, label, _who in told if one == key] == [
        (date(2021, 4, 18), "J-30"),
        (date(2021, 5, 11), "J-7"),
        (date(2021, 5, 17), "J-1"),
        (date(2021, 5, 21), "J+3"),
        (date(2021, 6, 2), "J+15"),
    ]
    assert [who for _day, one, _label, who in told if one == "CV112-2021-0009:interim_report"] == [
        [grantee],
        [grantee],
        [grantee],
        [grantee, "suivi2@pilote.example"],
        [grantee, "suivi2@pilote.example", "direction2@pilote.example", *MANAGERS],
    ]


@pytest.mark.slow
def test_the_preview_writes_nothing(session: Session) -> None:
    announced(session, READY, READY + timedelta(days=30))

    assert session.scalar(select(func.count()).select_from(ReminderStep)) == 0
    assert session.scalar(select(func.count()).where(Message.template == "reminder_digest")) == 0


def test_a_preview_that_starts_later_catches_up_on_its_first_day(session: Session) -> None:
    start, end = READY + timedelta(days=1), READY + timedelta(days=40)
    from_ready = announced(session, READY, end)
    late = announced(session, start, end)

    assert [row for row in late if row[0] > start] == [row for row in from_ready if row[0] > start]
    assert {key for day, key, _label, _who in late if day == start} == {
        key for day, key, _label, _who in from_ready if day == READY
    }


def test_the_plan_of_a_day_says_nothing_twice(session: Session) -> None:
    book = read_book(session, INTERIM, rules_of())
    first = plan(book, INTERIM, rules_of())
    assert len({reminder.obligation.id for reminder in first}) == len(first)

    note_taken(book, first)

    assert plan(book, INTERIM, rules_of()) == []


def test_only_what_has_a_rung_reached_is_loaded(session: Session) -> None:
    quiet = read_book(session, READY, rules_of())
    busy = read_book(session, INTERIM, rules_of())

    assert {o.application.reference[-2:] for o in quiet.obligations} == {"05", "06", "07", "08"}
    assert len(busy.obligations) == len(quiet.obligations) + 1 + 1 + 5


def test_nobody_of_an_audience_is_told_twice_and_the_head_only_when_asked(
    session: Session,
) -> None:
    told = announced(session, READY, READY)
    people = {key: who for _day, key, _label, who in told}

    assert people["CV112-2021-0005:pilot_opinion"] == [
        "suivi2@pilote.example",
        "direction2@pilote.example",
        *MANAGERS,
    ]
    assert people["CV112-2021-0006:eligibility_check"] == [
        *MANAGERS,
        "suivi2@pilote.example",
        "direction2@pilote.example",
    ]


def test_a_head_of_service_alone_answers_for_the_pilot(session: Session) -> None:
    session.execute(text("UPDATE contact SET head = 1"))

    people = {key: who for _day, key, _label, who in announced(session, READY, READY)}

    assert people["CV112-2021-0005:pilot_opinion"] == [
        "suivi2@pilote.example",
        "direction2@pilote.example",
        *MANAGERS,
    ]


def test_without_a_head_the_managers_do_not_stand_in_for_one(session: Session) -> None:
    for contact in session.scalars(select(Contact).where(Contact.head)):
        session.delete(contact)
    session.flush()

    reminder = of_the_opinion(session)

    assert addresses(reminder) == ["suivi2@pilote.example", *MANAGERS]
    assert {told.instead_of for told in reminder.told} == {""}


def test_a_fiche_without_pilots_is_the_managers_own(session: Session) -> None:
    for pilot in session.scalars(select(FichePilot)):
        session.delete(pilot)
    session.flush()

    reminder = of_the_opinion(session)

    assert addresses(reminder) == [*MANAGERS]
    assert {told.instead_of for told in reminder.told} == {""}
