"""Answers to a reminder: they make it wait, once or twice, then it goes on; nothing is written to for ever."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import JournalEntry, JournalText, Message, Obligation, ReminderStep
from models.errors import BadInput, JalonError, NotFound, Refused
from models.session import engine_for, reading, transaction
from models.vocabulary import AnswerKind, StepFate
from tests.workflows.season import MANAGERS, READY, open_season
from workflows import reminder_control
from workflows.actors import OPERATOR, Actor, actor_for
from workflows.acts import extend
from workflows.answers import ask_delay, obligation_of, take_care
from workflows.desk import Desk
from workflows.owed import Owed, list_owed
from workflows.queries import get_application, get_contract
from workflows.reminders import preview
from workflows.rules import rules_of
from workflows.simulation import PEOPLE_AT, SWEEP_AT, at
from workflows.sweeps import compose_digests

KEY = "CV112-2021-0001:interim_report"  # due on 15 October 2021, by the first grantee
DUE, GRANTEE = date(2021, 10, 15), "contact0@porteur.example"
J30, J7, J1 = date(2021, 9, 15), date(2021, 10, 8), date(2021, 10, 14)
LAST = DUE + timedelta(days=15)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    yield found
    engine_for(found).dispose()


def act(
    url: str, day: date, work: Callable[..., object], *values: object, by: str | None = None
) -> Any:
    """Do `work` about the interim report of the first application, that day."""
    with transaction(url) as session:
        application = get_application(session, KEY.partition(":")[0])
        who: Actor = actor_for(session, by, application.call.contract_id) if by else OPERATOR
        desk = Desk.at(session, who, at(day, PEOPLE_AT))
        return work(desk, application, obligation_of(session, KEY), *values)


def days(url: str, start: date = READY) -> dict[str, date]:
    """When each rung of that duty would leave."""
    with reading(url) as session:
        return {
            reminder.leaving.label: day
            for day, reminders in preview(session, start, LAST + timedelta(days=90), rules_of())
            for reminder in reminders
            if reminder.obligation.key == KEY and reminder.leaving
        }


def standing(url: str, day: date) -> Owed:
    with reading(url) as session:
        rows = list_owed(session, get_contract(session).id, day)
    return next(row for row in rows if row.key == KEY)


def test_without_an_answer_each_rung_has_its_day(url: str) -> None:
    assert days(url) == {
        "J-30": J30, "J-7": J7, "J-1": J1, "J+3": DUE + timedelta(3), "J+15": LAST,
    }  # fmt: skip


def test_being_dealt_with_makes_reminders_wait_a_week_and_then_go_on(url: str) -> None:
    until = act(url, J7 - timedelta(days=2), take_care, by=GRANTEE)

    assert until == J7 + timedelta(days=5)
    told = days(url, J7)
    assert told == {"J-7": until, "J-1": J1, "J+3": DUE + timedelta(3), "J+15": LAST}
    assert standing(url, J7).answer == AnswerKind.TAKEN_CARE_OF
    assert standing(url, until).answer == ""


def test_it_cannot_be_said_for_ever(url: str) -> None:
    for _ in range(2):
        act(url, J7, take_care, by=GRANTEE)

    with pytest.raises(BadInput, match="déjà été donnée 2 fois"):
        act(url, J7 + timedelta(days=8), take_care, by=GRANTEE)


def test_more_time_is_asked_with_a_reason_and_a_later_date(url: str) -> None:
    wanted = DUE + timedelta(days=20)
    why, later = "pourquoi il vous faut plus de temps", "une nouvelle date après le"
    for day, reason, said in ((wanted, " ", why), (DUE, "Congés", later), (J7, "Congés", later)):
        with pytest.raises(BadInput, match=said):
            act(url, J7, ask_delay, day, reason, by=GRANTEE)

    act(url, J7, ask_delay, wanted, "La trésorière est en congé.", by=GRANTEE)

    with reading(url) as session:
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert entry is not None
        assert entry.action == "ask_delay"
        assert entry.facts["wanted"] == str(wanted)
        assert session.get_one(JournalText, entry.id).body == "La trésorière est en congé."
    assert "J-7" not in days(url, J7), "merged into the next one once managers had their time"
    assert min(days(url, J7).values()) == J7 + timedelta(days=10)


def test_a_new_date_starts_a_new_ladder_without_the_pause(url: str) -> None:
    act(url, J7, ask_delay, DUE + timedelta(days=20), "Congés", by=GRANTEE)
    act(url, J7, extend, DUE + timedelta(days=40), "Accordé")

    later = standing(url, J7)
    assert (later.due, later.answer) == (DUE + timedelta(days=40), "")
    assert (later.next_rung, later.next_reminder) == ("J-30", J7 + timedelta(days=17))


def test_only_whoever_owes_it_answers(url: str) -> None:
    with pytest.raises(Refused, match="Seul celui qui doit"):
        act(url, J7, take_care, by="contact1@porteur.example")


def test_a_manager_snoozes_with_a_reason_not_too_far_and_resumes(url: str) -> None:
    back = J7 + timedelta(days=30)
    for until, reason in ((back, ""), (J7, "Été"), (J7 + timedelta(days=61), "Été")):
        with pytest.raises(BadInput, match="Une mise en veille"):
            act(url, J7, reminder_control.snooze, until, reason)
    with pytest.raises(Refused):
        act(url, J7, reminder_control.snooze, back, "Été", by=GRANTEE)
    with pytest.raises(BadInput, match="Rien ne suspend"):
        act(url, J7, reminder_control.resume)

    act(url, J7, reminder_control.snooze, back, "Le bureau de l’association change.")
    assert set(days(url, J7).values()) == {back}

    act(url, J7 + timedelta(days=2), reminder_control.resume)
    assert days(url, J7 + timedelta(days=2))["J-7"] == J7 + timedelta(days=2)


def test_a_rung_is_skipped_with_a_reason_and_stays_so(url: str) -> None:
    for label, reason in (("J-8", "Vu au téléphone"), ("J-7", "")):
        with pytest.raises(BadInput, match="rappels restants : J-30, J-7, J-1"):
            act(url, READY, reminder_control.skip, label, reason)

    act(url, READY, reminder_control.skip, "j-7", "Vu au téléphone")

    assert "J-7" not in days(url)
    with reading(url) as session:
        step = session.scalars(
            select(ReminderStep).join(Obligation).where(Obligation.key == KEY)
        ).one()
        assert (step.rung, step.fate) == (-7, StepFate.SKIPPED)
    with pytest.raises(BadInput, match="rappels restants : J-30, J-1"):
        act(url, READY, reminder_control.skip, "J-7", "Encore")


@pytest.mark.parametrize(("key", "error"), [("CV112-2021-0001:nothing", NotFound)])
def test_an_unknown_duty_is_named(url: str, key: str, error: type[JalonError]) -> None:
    with transaction(url) as session, pytest.raises(error, match="nothing"):
        obligation_of(session, key)


def test_a_recent_contact_puts_off_the_rungs_before_the_date_only(url: str) -> None:
    """The grantee wrote to us three days before J-7: they are not reminded on top of it."""
    touch = J7 - timedelta(days=3)
    act(url, touch, take_care, by=GRANTEE)
    act(url, touch, reminder_control.resume)

    told = days(url, touch)
    assert told["J-7"] == touch + timedelta(days=5)
    assert (told["J-1"], told["J+3"]) == (J1, DUE + timedelta(days=3))


def test_a_contact_after_the_date_puts_nothing_off(url: str) -> None:
    act(url, DUE + timedelta(days=2), take_care, by=GRANTEE)
    act(url, DUE + timedelta(days=2), reminder_control.resume)

    assert days(url, DUE + timedelta(days=3))["J+3"] == DUE + timedelta(days=3)


def test_a_mail_that_a_person_caused_is_a_contact_and_one_of_the_calendar_is_not(
    url: str,
) -> None:
    with transaction(url) as session:
        mail = _award_of(session)
        mail.composed_at = at(J7 - timedelta(days=1), SWEEP_AT)

    assert days(url, J7)["J-7"] == J7 + timedelta(days=4)

    compose_digests(at(J30, SWEEP_AT), url=url)
    with transaction(url) as session:
        session.delete(_award_of(session))
    assert days(url, J7 - timedelta(days=1))["J-7"] == J7, "the digest of J-30 is no contact"


def test_after_the_last_rung_nobody_is_written_to_and_managers_see_it(url: str) -> None:
    end = LAST + timedelta(days=1)
    day = J30
    while day <= end:
        compose_digests(at(day, SWEEP_AT), url=url)
        day += timedelta(days=1)

    assert days(url, end) == {}
    assert standing(url, end).exhausted
    with reading(url) as session:
        rows = list_owed(session, get_contract(session).id, end, exhausted=True)
    assert KEY in {row.key for row in rows}
    assert all(row.next_reminder is None and row.days_left < 0 for row in rows)


def test_the_escalation_goes_from_the_owner_up_to_the_managers(url: str) -> None:
    with reading(url) as session:
        told = {
            reminder.leaving.label: [t.person.email for t in reminder.told if t.person]
            for _day, reminders in preview(session, J30, LAST, rules_of())
            for reminder in reminders
            if reminder.obligation.key == KEY and reminder.leaving
        }
    pilot = "suivi2@pilote.example"
    assert told["J-1"] == [GRANTEE]
    assert told["J+3"] == [GRANTEE, pilot]
    assert told["J+15"] == [GRANTEE, pilot, "direction2@pilote.example", *MANAGERS]


def _award_of(session: Session) -> Message:
    query = select(Message).where(Message.template == "award", Message.recipient == GRANTEE)
    return next(m for m in session.scalars(query) if m.subject.startswith("[CV112-2021-0001]"))
