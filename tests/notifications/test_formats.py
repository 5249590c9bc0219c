"""Dates, amounts and delays as an administration writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from config.i18n import speaking
from notifications import formats

NARROW, NBSP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        (Decimal("12000"), f"12{NARROW}000{NBSP}€", "€12,000"),
        (Decimal("12000.00"), f"12{NARROW}000{NBSP}€", "€12,000"),
        (Decimal("12000.5"), f"12{NARROW}000,50{NBSP}€", "€12,000.50"),
        (Decimal("0.01"), f"0,01{NBSP}€", "€0.01"),
        (Decimal("1304668.30"), f"1{NARROW}304{NARROW}668,30{NBSP}€", "€1,304,668.30"),
    ],
)
def test_euros(amount: Decimal, french: str, english: str) -> None:
    assert formats.euros(amount) == french
    with speaking("en"):
        assert formats.euros(amount) == english


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (date(2024, 3, 1), "vendredi 1er mars 2024", "Friday 1 March 2024"),
        (date(2024, 3, 11), "lundi 11 mars 2024", "Monday 11 March 2024"),
        (date(2024, 2, 29), "jeudi 29 février 2024", "Thursday 29 February 2024"),
        (date(2021, 8, 31), "mardi 31 août 2021", "Tuesday 31 August 2021"),
    ],
)
def test_day(value: date, french: str, english: str) -> None:
    assert formats.day(value) == french
    with speaking("en"):
        assert formats.day(value) == english


def test_only_the_first_of_a_month_is_an_ordinal() -> None:
    days = [formats.short_day(date(2021, 10, number)) for number in range(1, 32)]
    assert days[0] == "1er octobre 2021"
    assert [d.split()[0] for d in days[1:]] == [str(n) for n in range(2, 32)]
    assert formats.day_of_year(1, 1) == "1er janvier"
    assert formats.day_of_year(2, 29) == "29 février"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2021, 1, 4, 22, 59, tzinfo=UTC), f"lundi 4 janvier 2021 à 23{NBSP}h{NBSP}59"),
        (datetime(2021, 6, 30, 22, 5, tzinfo=UTC), f"jeudi 1er juillet 2021 à 0{NBSP}h{NBSP}05"),
    ],
)
def test_instants_are_told_in_paris_time(value: datetime, expected: str) -> None:
    assert formats.instant(value) == expected


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.instant(datetime(2021, 1, 4, 12))  # noqa: DTZ001 # the fault under test


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (30, "il reste 30 jours"),
        (2, "il reste 2 jours"),
        (1, "c’est demain"),
        (0, "c’est aujourd’hui"),
        (-1, "en retard d’un jour"),
        (-15, "en retard de 15 jours"),
    ],
)
def test_time_left(days: int, expected: str) -> None:
    assert formats.time_left(days) == expected


def test_french_prose_never_breaks_before_its_punctuation() -> None:
    text = "Une question ? « Oui » : à 12 € ; voilà !"
    assert formats.typographic(text) == (
        f"Une question{NARROW}? «{NBSP}Oui{NBSP}»{NBSP}: à 12{NARROW}€{NARROW}; voilà{NARROW}!"
    )
    with speaking("en"):
        assert formats.typographic(text) == text
