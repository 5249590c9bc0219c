"""One digest a week for who wants it: on Monday, never too late, and as announced."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Message, Person
from models.errors import BadInput
from models.session import engine_for, reading, transaction
from models.vocabulary import Frequency, MessageStatus
from notifications.catcher import Catcher
from tests.workflows.season import open_season
from workflows.preferences import choices_of, choose
from workflows.reminders import preview
from workflows.rules import rules_of
from workflows.simulation import SWEEP_AT, at, replay
from workflows.sweeps import compose_digests
from workflows.weekly import leaves_on

GRANTEE, OTHER = "contact1@porteur.example", "contact0@porteur.example"
WEDNESDAY, FRIDAY, MONDAY = date(2021, 9, 15), date(2021, 10, 8), date(2021, 9, 20)
Sent = set[tuple[date, str, str]]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    choice(found, GRANTEE, "reminder_digest", "weekly")
    yield found
    engine_for(found).dispose()


def choice(url: str, address: str, template: str, wanted: str) -> None:
    with transaction(url) as session:
        choose(session, _person(session, address), template, wanted, at(WEDNESDAY, SWEEP_AT))


def _person(session: object, address: str) -> Person:
    return session.scalars(select(Person).where(Person.email == address)).one()  # type: ignore[attr-defined,no-any-return] # a session


def digests(url: str, address: str) -> dict[date, Message]:
    with reading(url) as session:
        query = select(Message).where(
            Message.recipient == address, Message.template == "reminder_digest"
        )
        found = session.scalars(query).all()
        session.expunge_all()
    return {date.fromisoformat(message.key.split(":")[1]): message for message in found}


def test_what_comes_on_a_wednesday_waits_for_monday_and_is_true_on_monday(url: str) -> None:
    compose_digests(at(WEDNESDAY, SWEEP_AT), url=url)

    assert WEDNESDAY in digests(url, OTHER)
    [(day, mail)] = digests(url, GRANTEE).items()
    assert day == MONDAY
    assert mail.due_at == at(MONDAY, SWEEP_AT) + timedelta(minutes=90)
    text = " ".join(mail.content.decode().replace("=\n", "").split())
    assert "il reste 25 jours" in text


def test_what_would_be_late_by_monday_does_not_wait(url: str) -> None:
    compose_digests(at(WEDNESDAY, SWEEP_AT), url=url)
    compose_digests(at(date(2021, 10, 14), SWEEP_AT), url=url)  # a Thursday, the day before

    assert date(2021, 10, 14) in digests(url, GRANTEE)


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        (date(2021, 10, 15), WEDNESDAY, MONDAY),
        (MONDAY, WEDNESDAY, WEDNESDAY),
        (MONDAY + timedelta(days=1), WEDNESDAY, MONDAY),
        (date(2021, 10, 15), MONDAY, MONDAY),
        (WEDNESDAY - timedelta(days=3), WEDNESDAY, WEDNESDAY),
    ],
)
def test_the_day_of_a_weekly_reader(due: date, today: date, expected: date) -> None:
    assert leaves_on(due, today, weekly=True) == expected
    assert leaves_on(due, today, weekly=False) == today


def test_several_days_make_one_mail(url: str) -> None:
    compose_digests(at(WEDNESDAY, SWEEP_AT), url=url)
    before = digests(url, GRANTEE)[MONDAY]
    with transaction(url) as session:
        session.connection().exec_driver_sql(
            "UPDATE obligation SET effective_on = '2021-10-16', nominal_on = '2021-10-16'"
            " WHERE key = 'CV112-2021-0006:interim_report'"
        )
        session.connection().exec_driver_sql("DELETE FROM reminder_mail")
        session.connection().exec_driver_sql("DELETE FROM reminder_step")
    compose_digests(at(WEDNESDAY + timedelta(days=1), SWEEP_AT), url=url)

    [(day, mail)] = digests(url, GRANTEE).items()
    assert (day, mail.status, mail.message_id) == (MONDAY, MessageStatus.WAITING, before.message_id)
    assert set(before.facts["keys"]) <= set(mail.facts["keys"])
    assert len(mail.facts["keys"]) == len(set(mail.facts["keys"]))


@pytest.mark.parametrize("start", [date(2021, 4, 12), date(2021, 9, 14), date(2022, 6, 20)])
@pytest.mark.slow
def test_a_month_is_what_was_announced_with_weekly_readers_too(
    url: str, tmp_path: Path, start: date
) -> None:
    for address in ("claire@contrat.example", "suivi2@pilote.example"):
        choice(url, address, "reminder_digest", "weekly")
    end = start + timedelta(days=34)
    with reading(url) as session:
        promised: Sent = {
            (day, told.person.email if told.person else "", reminder.obligation.key)
            for day, reminders in preview(session, start, end, rules_of())
            for reminder in reminders
            for told in reminder.told
        }
    with Catcher(tmp_path / "mail", keep=False) as catcher:
        replay(url, start, end, catcher.relay)

    with reading(url) as session:
        query = select(Message.sent_at, Message.recipient, Message.facts).where(
            Message.template == "reminder_digest", Message.status == MessageStatus.SENT
        )
        left: Sent = {
            (sent.date(), recipient, key)
            for sent, recipient, facts in session.execute(query)
            if sent
            for key in facts["keys"]
        }
    assert promised
    assert left == promised


def test_only_what_may_be_chosen_can_be(url: str) -> None:
    for template, wanted, said in (
        ("award", "none", "obligatoire"),
        ("reminder_digest", "none", "possible : daily, weekly"),
        ("call_open", "weekly", "possible : daily, none"),
        ("nothing", "none", "n’existe pas"),
    ):
        with pytest.raises(BadInput, match=said):
            choice(url, GRANTEE, template, wanted)
    with reading(url) as session:
        chosen = {c.template: c.frequency for c in choices_of(session, _person(session, GRANTEE))}
    assert chosen["reminder_digest"] is Frequency.WEEKLY
    assert chosen["call_open"] is Frequency.DAILY
    assert "award" not in chosen
