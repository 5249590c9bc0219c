"""Deadlines on any date at all, against a slow count, day by day, that shares nothing with them."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import load_policies
from config.rule import Period, Rule
from config.vocabulary import Anchor, DayPolicy, Duty
from workflows.deadlines import (
    WorkingCalendar,
    civil_date,
    closing_instant,
    due_date,
    effective_date,
    extend_by_pause,
    nominal_date,
)

POLICIES = load_policies()
CALENDAR = WorkingCalendar(POLICIES.calendar)
DAY = timedelta(days=1)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
PATIENT = settings(deadline=None)  # a busy machine is not a fault
NEXT = DayPolicy.NEXT_WORKING_DAY


def slow_months_after(event: date, months: int) -> date:
    """Walk until the month is right, then until the day number is reached or the month is over."""
    wanted = event.year * 12 + event.month - 1 + months
    day = event
    while day.year * 12 + day.month - 1 < wanted:
        day += DAY
    while day.day < event.day and (day + DAY).month == day.month:
        day += DAY
    return day


def slow_easter(year: int) -> date:
    """The first Sunday after the full moon of the Church, on or after 21 March (1900–2199)."""
    golden = year % 19
    moon = (19 * golden + 24) % 30
    moon -= (moon == 29) or (moon == 28 and golden > 10)
    day = date(year, 3, 21) + moon * DAY + DAY
    while day.weekday() != 6:
        day += DAY
    return day


def slow_is_working(day: date) -> bool:
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    moving = {slow_easter(day.year) + n * DAY for n in (1, 39, 50)}
    return day.weekday() < 5 and (day.month, day.day) not in fixed and day not in moving


def slow_is_summer_time(instant: datetime) -> bool:
    """From the last Sunday of March to that of October, at 01:00 UTC."""

    def change(month: int) -> datetime:
        day = date(instant.year, month, 31)
        while day.weekday() != 6:
            day -= DAY
        return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)

    return change(3) <= instant < change(10)


@PATIENT
@given(event=DAYS, months=st.integers(1, 30))
def test_months_run_as_counted_day_by_day(event: date, months: int) -> None:
    rule = Rule.parse(f"P{months}M after decision")

    assert nominal_date(rule, {Anchor.DECISION: event}, 2021) == slow_months_after(event, months)


@PATIENT
@given(event=DAYS, days=st.integers(1, 400))
def test_days_leave_out_the_event_s_own_and_go_both_ways(event: date, days: int) -> None:
    day = event
    for _step in range(days):
        day += DAY

    after = nominal_date(Rule.parse(f"P{days}D after asked"), {Anchor.ASKED: event}, 2021)
    before = nominal_date(Rule.parse(f"J-{days} before session"), {Anchor.SESSION: day}, 2021)

    assert (after, before) == (day, event)


@PATIENT
@given(day=DAYS)
def test_closed_days_are_those_counted_by_hand(day: date) -> None:
    later = day
    while not slow_is_working(later):
        later += DAY

    assert CALENDAR.is_working(day) is slow_is_working(day)
    assert effective_date(day, NEXT, CALENDAR) == later
    assert effective_date(later, NEXT, CALENDAR) == later
    assert effective_date(day, DayPolicy.STRICT, CALENDAR) == day


@PATIENT
@given(instant=st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31)))  # noqa: DTZ001
def test_a_civil_date_is_one_or_two_hours_ahead_of_utc(instant: datetime) -> None:
    moment = instant.replace(tzinfo=UTC)
    ahead = timedelta(hours=2 if slow_is_summer_time(moment) else 1)

    day = civil_date(moment)

    assert day == (moment + ahead).date()
    assert closing_instant(day - DAY) <= moment < closing_instant(day)


@PATIENT
@given(year=st.integers(2015, 2035), month=st.integers(1, 12), day=st.integers(1, 31))
def test_a_fixed_day_is_that_day_or_the_last_of_its_month(year: int, month: int, day: int) -> None:
    try:
        rule = Rule.parse(f"{month:02d}-{day:02d} of budget_year")
    except ValueError:
        assert (month, day) in {(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)}
        return

    found = nominal_date(rule, {}, year)

    assert found is not None
    assert (found.year, found.month) == (year, month)
    assert found.day == day or (month, day, found.day) == (2, 29, 28)
    assert (found.day == day) is not (month == 2 and day == 29 and year % 4 != 0)


@PATIENT
@given(event=DAYS, created=DAYS, notice=st.integers(1, 40), length=st.integers(1, 40))
def test_due_is_the_later_of_rule_and_notice_put_off(
    event: date, created: date, notice: int, length: int
) -> None:
    entry = POLICIES.deadlines[Duty.MISSING_PIECE].model_copy(
        update={
            "rule": Rule.parse(f"P{length}D after asked"),
            "min_notice": Period.parse(f"P{notice}D"),
        }
    )

    due = due_date(
        entry, {Anchor.ASKED: event}, budget_year=2021, created_on=created, calendar=CALENDAR
    )

    assert due.nominal == max(event + length * DAY, created + notice * DAY)
    assert due.effective == CALENDAR.next_working_day(due.nominal) >= due.nominal
    assert ("of notice" in due.rule_text) is (created + notice * DAY > event + length * DAY)


@PATIENT
@given(due=DAYS, left=st.integers(0, 60), pause=st.integers(0, 200))
def test_a_pause_moves_the_date_by_its_length(due: date, left: int, pause: int) -> None:
    paused = due - left * DAY
    resumed = moved = paused
    moved = due
    for _step in range(pause):
        resumed, moved = resumed + DAY, moved + DAY

    assert extend_by_pause(due, paused, resumed) == moved
