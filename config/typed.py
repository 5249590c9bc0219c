"""What a person types, read into values: dates, moments, amounts. None when it cannot be read."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

YEARS = range(1990, 2200)  # beyond, somebody mistyped
MOST_EUROS = 10**10


def day_of(text: str) -> date | None:
    """2021-06-23 or 23/06/2021."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            day = datetime.strptime(text.strip(), pattern).replace(tzinfo=UTC).date()
            return day if day.year in YEARS else None
    return None


def instant_of(text: str) -> datetime | None:
    """A date (noon in Paris is meant), or a date and a time with a zone or in Paris; in UTC."""
    from zoneinfo import ZoneInfo

    if (day := day_of(text)) is not None:
        read = datetime.combine(day, time(12))
    else:
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            return None
    if read.year not in YEARS:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo("Europe/Paris"))).astimezone(UTC)


def amount_of(text: str) -> "Decimal | None":
    """12000, 12000.50 or « 12 000,50 € », to the cent."""
    from decimal import Decimal, InvalidOperation

    plain = "".join(text.replace("€", "").replace(",", ".").split())
    try:
        amount = Decimal(plain)
        exact = amount.is_finite() and abs(amount) < MOST_EUROS
        return amount if exact and amount == amount.quantize(Decimal("0.01")) else None
    except InvalidOperation:
        return None
