"""Which days are worked, and when a civil day is over."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.policy import Calendar, load_policies
from models.errors import BadInput
from workflows.deadlines import WorkingCalendar, civil_date, closing_instant

POLICIES = load_policies()
CALENDAR = WorkingCalendar(POLICIES.calendar)
DAY = timedelta(days=1)
HOLIDAYS = {
    2021: "01-01 04-05 05-01 05-08 05-13 05-24 07-14 08-15 11-01 11-11 12-25",
    2022: "01-01 04-18 05-01 05-08 05-26 06-06 07-14 08-15 11-01 11-11 12-25",
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_closed_days_are_weekends_and_the_eleven_public_holidays(year: int) -> None:
    holidays = {date.fromisoformat(f"{year}-{day}") for day in HOLIDAYS[year].split()}
    days = [date(year, 1, 1) + n * DAY for n in range(365)]

    closed = {day for day in days if not CALENDAR.is_working(day)}

    assert closed == holidays | {day for day in days if day.weekday() >= 5}


@pytest.mark.parametrize("day", [date(2021, 4, 2), date(2022, 4, 15), date(2022, 12, 26)])
def test_what_is_closed_in_alsace_only_is_worked_in_herault(day: date) -> None:
    alsace = WorkingCalendar(POLICIES.calendar.model_copy(update={"subdivision": "57"}))

    assert CALENDAR.is_working(day)
    assert not alsace.is_working(day)


def test_the_offices_own_closed_days_count() -> None:
    policy = POLICIES.calendar.model_copy(update={"extra_closed_days": (date(2021, 5, 14),)})

    # Ascension Thursday, the bridge, the weekend; the Monday is worked.
    assert WorkingCalendar(policy).next_working_day(date(2021, 5, 13)) == date(2021, 5, 17)
    assert CALENDAR.next_working_day(date(2021, 5, 13)) == date(2021, 5, 14)


def test_the_week_is_that_of_the_policy() -> None:
    four_days = POLICIES.calendar.working_days[:4]
    policy = POLICIES.calendar.model_copy(update={"working_days": four_days})

    assert WorkingCalendar(policy).next_working_day(date(2021, 5, 21)) == date(2021, 5, 25)
    assert CALENDAR.is_working(date(2021, 5, 21))  # the Friday before Whit Monday


@pytest.mark.parametrize(("country", "subdivision"), [("XX", None), ("FR", "34")])
def test_a_place_without_known_holidays_is_refused(country: str, subdivision: str | None) -> None:
    policy = Calendar.model_validate(
        {**POLICIES.calendar.model_dump(), "country": country, "subdivision": subdivision}
    )

    with pytest.raises(BadInput, match=f"« {country} » et subdivision « {subdivision or ''} »"):
        WorkingCalendar(policy)


@pytest.mark.parametrize(
    ("day", "last_second", "hours"),
    [
        (date(2021, 1, 4), "2021-01-04T22:59:59Z", 24),
        (date(2021, 6, 30), "2021-06-30T21:59:59Z", 24),
        (date(2021, 3, 28), "2021-03-28T21:59:59Z", 23),  # summer time begins
        (date(2021, 10, 31), "2021-10-31T22:59:59Z", 25),  # and ends
        (date(2024, 2, 29), "2024-02-29T22:59:59Z", 24),
    ],
)
def test_a_strict_day_ends_at_midnight_in_paris(day: date, last_second: str, hours: int) -> None:
    last = datetime.fromisoformat(last_second)
    end = closing_instant(day)

    assert last < end == last + timedelta(seconds=1)
    assert (civil_date(last), civil_date(end)) == (day, day + DAY)
    assert end - closing_instant(day - DAY) == timedelta(hours=hours)
    assert end.tzinfo is UTC


def test_midnight_stored_as_utc_is_the_day_meant() -> None:
    assert civil_date(datetime.fromisoformat("2022-08-31T22:00Z")) == date(2022, 9, 1)


def test_another_zone_closes_at_its_own_midnight() -> None:
    reunion = ZoneInfo("Indian/Reunion")

    assert closing_instant(date(2021, 1, 4), reunion).hour == 20
    assert civil_date(datetime(2021, 1, 4, 20, tzinfo=UTC), reunion) == date(2021, 1, 5)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        civil_date(datetime(2021, 1, 4, 12))  # noqa: DTZ001 - the fault under test
