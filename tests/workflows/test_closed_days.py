"""Closed days of a contract: what is due follows, each move is kept, and nothing else moves."""

from datetime import date

import pytest
from sqlalchemy import select

from config.vocabulary import Duty
from models import JournalEntry, Obligation, ObligationChange
from models.errors import BadInput, Refused
from models.vocabulary import Act, DatedChange, Role, State
from tests.workflows.world import World, day
from workflows.accounts.sight import Sight
from workflows.actors import Actor
from workflows.agenda import month_of
from workflows.calendar_keeping import Moved, close_days, days_between, reopen_days

FEBRUARY = day(2021, 2, 1)
DUE = date(2021, 3, 3)  # a Wednesday: the opinion is due


def close(world: World, *days: date, label: str = "Pont") -> list[Moved]:
    contract = world.call.contract_id
    return close_days(world.session, contract, days, label, actor=world.manager, now=FEBRUARY)


def reopen(world: World, *days: date) -> list[Moved]:
    contract = world.call.contract_id
    return reopen_days(world.session, contract, days, actor=world.manager, now=FEBRUARY)


def opinion(world: World) -> Obligation:
    application = world.brought_to(State.ELIGIBLE)
    query = select(Obligation).where(
        Obligation.application_id == application.id, Obligation.duty == Duty.PILOT_OPINION
    )
    return world.session.scalars(query).one()


def test_what_is_due_on_a_closed_day_moves_to_the_next_worked_one_and_back(world: World) -> None:
    owed = opinion(world)
    assert owed.effective_on == DUE

    told = close(world, DUE, date(2021, 3, 4))
    assert [(m.before, m.after) for m in told] == [(DUE, date(2021, 3, 5))]
    assert (owed.nominal_on, owed.effective_on) == (DUE, date(2021, 3, 5))

    told = reopen(world, date(2021, 3, 4))
    assert [(m.before, m.after) for m in told] == [(date(2021, 3, 5), date(2021, 3, 4))]
    assert [m.after for m in reopen(world, DUE)] == [DUE]
    kept = select(ObligationChange.change).where(ObligationChange.obligation_id == owed.id)
    assert list(world.session.scalars(kept)).count(DatedChange.MOVED) == 3


def test_each_change_is_in_the_journal(world: World) -> None:
    close(world, DUE, label=" Pont  ")
    reopen(world, DUE)
    query = select(JournalEntry.facts).where(JournalEntry.action == Act.KEEP_CALENDAR)
    assert list(world.session.scalars(query.order_by(JournalEntry.seq))) == [
        {"closed": ["2021-03-03"], "label": "Pont"},
        {"reopened": ["2021-03-03"]},
    ]


def test_what_becomes_due_later_counts_with_the_closed_days(world: World) -> None:
    close(world, DUE)
    assert opinion(world).effective_on == date(2021, 3, 4)


def test_what_is_strict_or_met_or_due_another_day_stays(world: World) -> None:
    owed = opinion(world)
    assert close(world, date(2021, 3, 2)) == []
    assert owed.effective_on == DUE
    world.desk(FEBRUARY)
    owed.status, owed.ended_on = "met", date(2021, 2, 1)  # type: ignore[assignment]
    world.session.flush()
    assert close(world, DUE) == []


def test_the_month_shows_them_closed(world: World) -> None:
    close(world, DUE)
    weeks = month_of(world.session, Sight(world.call.contract_id, whole=True), date(2021, 3, 1))
    assert [d.on for week in weeks for d in week if d.closed and d.on.weekday() < 5] == [DUE]


@pytest.mark.parametrize(
    "wrong",
    [
        date(2021, 1, 29),  # gone by
        date(2021, 3, 6),  # a Saturday
        date(2021, 5, 13),  # Ascension
    ],
)
def test_a_day_that_changes_nothing_is_refused_in_words(world: World, wrong: date) -> None:
    with pytest.raises(BadInput):
        close(world, wrong)
    with pytest.raises(BadInput):
        reopen(world, wrong)


def test_the_same_day_is_not_closed_twice(world: World) -> None:
    close(world, DUE)
    with pytest.raises(BadInput, match="déjà fermé"):
        close(world, DUE)


def test_a_period_is_in_order_and_of_a_month_at_most() -> None:
    assert days_between(date(2021, 2, 27), date(2021, 3, 1))[1:] == [
        date(2021, 2, 28),
        date(2021, 3, 1),
    ]
    assert len(days_between(date(2021, 8, 1), date(2021, 8, 31))) == 31
    for first, last in ((date(2021, 3, 2), date(2021, 3, 1)), (date(2021, 8, 1), date(2021, 9, 1))):
        with pytest.raises(BadInput):
            days_between(first, last)


def test_only_managers_keep_the_calendar(world: World) -> None:
    pilot, contract = Actor(grants=((Role.PILOT, None),)), world.call.contract_id
    with pytest.raises(Refused):
        close_days(world.session, contract, [DUE], "", actor=pilot, now=FEBRUARY)
    with pytest.raises(Refused):
        reopen_days(world.session, contract, [DUE], actor=pilot, now=FEBRUARY)
