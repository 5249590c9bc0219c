"""A calendar replayed: it does what the preview announced, and an outage costs one mail a person."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Message, Obligation, ReminderMail, ReminderStep
from models.session import engine_for, reading
from models.vocabulary import MessageStatus, StepFate
from notifications.catcher import Catcher
from tests.workflows.season import READY, open_season
from workflows.reminders import preview
from workflows.rules import rules_of
from workflows.simulation import Outage, Played, at, replay

pytestmark = pytest.mark.slow

Sent = set[tuple[date, str, str]]  # the day, the address, the obligation's key
BEFORE = date(2021, 10, 7)  # a week before the interim reports are due
SPRING, AUTUMN, SUMMER = date(2021, 4, 12), date(2021, 9, 14), date(2022, 6, 20)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    yield found
    engine_for(found).dispose()


def played(url: str, start: date, end: date, *outages: Outage) -> Played:
    folder = Path(url.removeprefix("sqlite:///")).parent
    with Catcher(folder / "mail", keep=False) as catcher:
        return replay(url, start, end, catcher.relay, outages=outages)


def announced(url: str, start: date, end: date) -> Sent:
    with reading(url) as session:
        return {
            (day, told.person.email if told.person else "", reminder.obligation.key)
            for day, reminders in preview(session, start, end, rules_of())
            for reminder in reminders
            for told in reminder.told
        }


def composed(url: str) -> Sent:
    """What the rungs say they were carried by."""
    with reading(url) as session:
        rows = session.execute(
            select(ReminderStep.taken_on, Message.recipient, Obligation.key)
            .join(Obligation, Obligation.id == ReminderStep.obligation_id)
            .join(ReminderMail, ReminderMail.step_id == ReminderStep.id)
            .join(Message, Message.id == ReminderMail.message_id)
        )
        return {(day, address, key) for day, address, key in rows}


def in_digests(url: str) -> Sent:
    """What the digests themselves say."""
    with reading(url) as session:
        rows = session.execute(
            select(Message.key, Message.recipient, Message.facts).where(
                Message.template == "reminder_digest"
            )
        )
        return {
            (date.fromisoformat(key.split(":")[1]), address, owed)
            for key, address, facts in rows
            for owed in facts["keys"]
        }


def texts(url: str, day: date) -> list[str]:
    """The digests of that day, as they are read."""
    with reading(url) as session:
        found = session.scalars(
            select(Message.content).where(Message.key.like(f"digest:{day}:%"))
        ).all()
    bodies = [message_from_bytes(one, policy=default).get_body(("plain",)) for one in found]
    return [str(body.get_content()) for body in bodies if body]


def dealt_with(url: str) -> dict[tuple[str, int], tuple[date, StepFate]]:
    with reading(url) as session:
        rows = session.execute(
            select(
                Obligation.key, ReminderStep.rung, ReminderStep.taken_on, ReminderStep.fate
            ).join(Obligation, Obligation.id == ReminderStep.obligation_id)
        )
        found = [((key, rung), (day, fate)) for key, rung, day, fate in rows]
    assert len(found) == len(dict(found)), "no rung is dealt with twice"
    return dict(found)


@pytest.mark.parametrize("start", [READY, SPRING, AUTUMN, SUMMER])
def test_a_month_replayed_is_the_month_announced(url: str, start: date) -> None:
    end = start + timedelta(days=30)
    promised = announced(url, start, end)

    told = played(url, start, end)

    assert promised
    assert composed(url) == promised
    assert in_digests(url) == promised
    assert told.digests == len({(day, address) for day, address, _key in promised})
    assert told.reminders == len({(day, key) for day, _address, key in promised})


@pytest.mark.slow
@pytest.mark.long
def test_a_year_and_a_half_replayed_is_what_was_announced(url: str) -> None:
    end = READY + timedelta(days=500)
    promised = announced(url, READY, end)

    played(url, READY, end)

    assert in_digests(url) == composed(url) == promised
    assert announced(url, end, end + timedelta(days=60)) == set(), "the ladders are at their end"


@pytest.mark.parametrize("days", [1, 5, 30, 400])
def test_after_an_outage_each_person_gets_one_digest_and_every_rung_is_accounted_for(
    url: str, tmp_path: Path, days: int
) -> None:
    quiet = f"sqlite:///{shutil.copy(tmp_path / 'season.sqlite3', tmp_path / 'quiet.sqlite3')}"
    outage = Outage(BEFORE + timedelta(days=1), BEFORE + timedelta(days=days))
    back = outage.last + timedelta(days=1)

    told = played(url, BEFORE, back, outage)
    _every_day(quiet, BEFORE, back)

    assert (told.days, told.outage_days) == (days + 2, days)
    mails = Counter(address for day, address, _key in _mails(url) if day == back)
    assert mails
    assert set(mails.values()) == {1}
    assert all("interrompu" in text for text in texts(url, back)), "each says what happened"
    assert not any("interrompu" in text for text in texts(quiet, back))
    ours, theirs = dealt_with(url), dealt_with(quiet)
    assert ours.keys() == theirs.keys(), "no rung is forgotten, none is made up"
    assert {day for day, _fate in ours.values()} <= {BEFORE, back}
    quietly = [fate for _day, fate in ours.values() if fate is not StepFate.SENT]
    assert told.rungs_not_sent == len(quietly)
    fates = {fate for day, fate in ours.values() if day == back}
    assert fates == ({*StepFate} if days >= 30 else {StepFate.SENT})
    engine_for(quiet).dispose()


def test_an_outage_loses_nobody(url: str, tmp_path: Path) -> None:
    """Whoever would have been written to meanwhile, about what is still owed, is on the way back."""
    promised = announced(url, BEFORE, BEFORE + timedelta(days=31))
    back = BEFORE + timedelta(days=31)

    played(url, BEFORE, back, Outage(BEFORE + timedelta(days=1), back - timedelta(days=1)))

    missed = {(address, key) for day, address, key in promised if day > BEFORE}
    assert missed <= {(address, key) for day, address, key in composed(url) if day == back}


def test_nothing_runs_during_an_outage(url: str) -> None:
    last = BEFORE + timedelta(days=9)
    told = played(url, BEFORE, last, Outage(BEFORE, last))

    assert told == Played(days=10, outage_days=10)
    assert composed(url) == set()


def test_people_act_in_the_day_and_their_mail_leaves_in_the_evening(url: str) -> None:
    seen: list[tuple[date, datetime]] = []
    days: list[date] = []
    with Catcher(Path("unused"), keep=False) as catcher:
        replay(
            url,
            READY,
            READY + timedelta(days=2),
            catcher.relay,
            people=lambda day, now: seen.append((day, now)),
            outages=[Outage(READY + timedelta(days=1), READY + timedelta(days=1))],
            each_day=days.append,
        )

    assert [day for day, _now in seen] == [READY, READY + timedelta(days=2)]
    assert seen[0][1] == datetime(2021, 3, 20, 9, tzinfo=UTC), "ten o’clock in Paris"
    assert len(days) == 3
    with reading(url) as session:
        waiting = session.scalar(
            select(func.count()).where(Message.status == MessageStatus.WAITING)
        )
    assert waiting == 0


def test_moments_are_those_of_paris_in_winter_and_summer() -> None:
    assert at(date(2021, 1, 15), time(6, 30)) == datetime(2021, 1, 15, 5, 30, tzinfo=UTC)
    assert at(date(2021, 7, 15), time(6, 30)) == datetime(2021, 7, 15, 4, 30, tzinfo=UTC)
    assert at(date(2021, 10, 31), time(6, 30)) == datetime(2021, 10, 31, 5, 30, tzinfo=UTC)


def test_an_outage_covers_both_its_ends() -> None:
    outage = Outage(date(2021, 5, 1), date(2021, 5, 3))

    assert [outage.covers(date(2021, 5, day)) for day in range(1, 5)] == [True, True, True, False]
    assert not outage.covers(date(2021, 4, 30))


def _every_day(url: str, start: date, end: date) -> None:
    """The same days with a service that never fails; its mail is not handed over."""
    from workflows.sweeps import compose_digests

    day = start
    while day <= end:
        compose_digests(at(day, time(6, 30)), url=url)
        day += timedelta(days=1)


def _mails(url: str) -> list[tuple[date, str, str]]:
    with reading(url) as session:
        rows = session.execute(
            select(Message.key, Message.recipient).where(Message.template == "reminder_digest")
        )
        return [(date.fromisoformat(key.split(":")[1]), address, key) for key, address in rows]
