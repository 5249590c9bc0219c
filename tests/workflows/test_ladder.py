"""The rungs of one obligation: each dealt with once, on its day or at the first run after it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import load_policies
from config.reminder_policy import Rung
from config.vocabulary import Audience, CatchUp, Duty
from models.vocabulary import StepFate
from workflows.ladder import RungTaken, rungs_due

DUE = date(2022, 6, 30)
LONG_AGO = date(2021, 3, 19)
DEFAULT = load_policies().reminders.rungs_for(Duty.FINAL_REPORT)
Fates = dict[int, tuple[date, StepFate]]  # offset: the day it was dealt with, and how


def rung(offset: int, catch_up: CatchUp = CatchUp.MERGE) -> Rung:
    return Rung(offset=offset, audience=(Audience.OWNER,), catch_up=catch_up)


def due(days: int, taken: Sequence[int] = (), opened_on: date = LONG_AGO) -> dict[int, StepFate]:
    """What the shipped ladder does that many days from the due date."""
    today = DUE + timedelta(days=days)
    found = rungs_due(DEFAULT, DUE, opened_on, set(taken), today)
    return {one.rung.offset: one.fate for one in found}


def test_each_rung_leaves_on_its_day() -> None:
    assert due(-31) == {}
    assert due(-30) == {-30: StepFate.SENT}
    assert due(-29, taken=[-30]) == {}
    assert due(-1, taken=[-30, -7]) == {-1: StepFate.SENT}
    assert due(15, taken=[-30, -7, -1, 3]) == {15: StepFate.SENT}
    assert due(400, taken=[-30, -7, -1, 3, 15]) == {}


def test_of_several_missed_the_latest_leaves_and_the_others_are_merged_or_given_up() -> None:
    assert due(4) == {
        -30: StepFate.MERGED,
        -7: StepFate.MERGED,
        -1: StepFate.SKIPPED,
        3: StepFate.SENT,
    }


def test_what_must_be_sent_late_leaves_though_a_later_one_leaves_too() -> None:
    ladder = [rung(-7, CatchUp.SEND_LATE), rung(-3), rung(3)]

    found = rungs_due(ladder, DUE, LONG_AGO, set(), DUE + timedelta(days=3))

    assert [one.fate for one in found] == [StepFate.SENT, StepFate.MERGED, StepFate.SENT]


def test_a_rung_of_the_past_that_is_given_up_leaves_nothing() -> None:
    assert due(0, taken=[-30, -7]) == {-1: StepFate.SKIPPED}
    assert due(-1, taken=[-30, -7]) == {-1: StepFate.SENT}, "on its own day it leaves"


def test_a_rung_no_later_than_the_opening_never_existed() -> None:
    assert due(-7, opened_on=DUE - timedelta(days=30)) == {-7: StepFate.SENT}
    assert due(-7, opened_on=DUE - timedelta(days=31)) == {
        -30: StepFate.MERGED,
        -7: StepFate.SENT,
    }
    assert due(-7, opened_on=DUE - timedelta(days=7)) == {}


ladders = st.lists(
    st.tuples(st.integers(-40, 40), st.sampled_from(CatchUp)),
    min_size=1,
    max_size=6,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [rung(offset, catch_up) for offset, catch_up in sorted(pairs)])
openings = st.integers(-60, 20).map(lambda days: DUE + timedelta(days=days))
run_days = st.sets(st.integers(-70, 90), max_size=30).map(
    lambda days: [DUE + timedelta(days=day) for day in sorted(days)]
)


@given(ladders, openings, run_days)
def test_any_run_days_give_what_a_patient_clerk_would_do(
    ladder: list[Rung], opened_on: date, runs: list[date]
) -> None:
    assert _ours(ladder, opened_on, runs) == _clerk(ladder, opened_on, runs)


@given(ladders, openings, run_days)
def test_each_rung_once_and_never_before_its_day(
    ladder: list[Rung], opened_on: date, runs: list[date]
) -> None:
    dealt = [one for _day, found in _run(ladder, opened_on, runs) for one in found]
    offsets = [one.rung.offset for one in dealt]

    assert len(offsets) == len(set(offsets))
    reached = {
        r.offset for r in ladder if runs and opened_on < DUE + timedelta(days=r.offset) <= max(runs)
    }
    assert set(offsets) == reached
    for day, found in _run(ladder, opened_on, runs):
        for one in found:
            assert DUE + timedelta(days=one.rung.offset) <= day


@given(ladders, openings, st.sets(st.integers(-70, 90)), st.data())
def test_a_run_more_or_twice_the_same_day_takes_nothing_back(
    ladder: list[Rung], opened_on: date, days: set[int], data: st.DataObject
) -> None:
    once = sorted(DUE + timedelta(days=day) for day in days)
    twice = sorted([*once, *data.draw(st.lists(st.sampled_from(once)) if once else st.just([]))])

    assert _ours(ladder, opened_on, once) == _ours(ladder, opened_on, twice)


@pytest.mark.parametrize("duty", list(Duty))
def test_when_it_runs_every_day_every_rung_leaves_on_its_day(duty: Duty) -> None:
    ladder = load_policies().reminders.rungs_for(duty)
    every_day = [DUE + timedelta(days=day) for day in range(-60, 60)]

    assert _ours(ladder, LONG_AGO, every_day) == {
        one.offset: (DUE + timedelta(days=one.offset), StepFate.SENT) for one in ladder
    }


def _run(
    ladder: Sequence[Rung], opened_on: date, runs: Sequence[date]
) -> Iterator[tuple[date, list[RungTaken]]]:
    taken: set[int] = set()
    for day in runs:
        found = rungs_due(ladder, DUE, opened_on, taken, day)
        taken |= {one.rung.offset for one in found}
        yield day, found


def _ours(ladder: Sequence[Rung], opened_on: date, runs: Sequence[date]) -> Fates:
    return {
        one.rung.offset: (day, one.fate)
        for day, found in _run(ladder, opened_on, runs)
        for one in found
    }


def _clerk(ladder: Sequence[Rung], opened_on: date, runs: Sequence[date]) -> Fates:
    """Turns the pages of a calendar one by one, and piles up the slips of days nobody worked."""
    done: Fates = {}
    pile: list[tuple[Rung, date]] = []
    page = opened_on
    while runs and page < max(runs):
        page += timedelta(days=1)
        pile += [(one, page) for one in ladder if DUE + timedelta(days=one.offset) == page]
        if page in runs:
            _work_off(pile, page, done)
            pile = []
    return done


def _work_off(pile: list[tuple[Rung, date]], today: date, done: Fates) -> None:
    gone = False
    for one, day in reversed(pile):  # the latest first
        if one.catch_up is CatchUp.SKIP and day != today:
            done[one.offset] = (today, StepFate.SKIPPED)
        elif not gone or one.catch_up is CatchUp.SEND_LATE:
            done[one.offset] = (today, StepFate.SENT)
            gone = True
        else:
            done[one.offset] = (today, StepFate.MERGED)
