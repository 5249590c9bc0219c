"""How wide the columns of a sheet must be for what stands in them to be read."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LEAST, MOST = 8, 60  # characters
AROUND = 2


class Widths:
    """The longest value met in each column, as it is shown."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._longest = [len(title) + 2 for title in titles]  # they are bold, and bear a filter

    def note(self, values: Sequence[Any]) -> None:
        """Count one more line in."""
        for place, value in enumerate(values):
            self._longest[place] = max(self._longest[place], _shown(value))

    @property
    def characters(self) -> list[int]:
        """The width of each column: a long text is cut rather than pushing the others out of sight."""
        return [min(max(longest, LEAST), MOST) + AROUND for longest in self._longest]


def _shown(value: Any) -> int:
    if isinstance(value, datetime):
        return len("04/01/2021 18:05")
    if isinstance(value, date):
        return len("04/01/2021")
    if isinstance(value, Decimal):
        return len(f"{value:,.2f}")
    return len(str(value)) if value is not None else 0
