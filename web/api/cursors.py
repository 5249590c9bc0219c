"""Pages of a list: a cursor says after which row to go on, and for which filters it was given."""

import base64
import binascii
import hashlib
import json
from datetime import date
from typing import Any

from config.i18n import gettext as _
from models.errors import BadInput

BEYOND = 2**63  # what a row's number stays below


def cursor_after(place: list[str | int], filters: str) -> str:
    """The cursor of the page after `place`, for these filters."""
    text = json.dumps([_mark(filters), *place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_in(
    cursor: str | None, filters: str, kinds: tuple[type[date] | type[int], ...]
) -> list[Any] | None:
    """The place that a cursor holds, value by value of these kinds; None without one.

    Raises `BadInput` for one that we did not give, or gave for other filters.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        mark, *place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if mark == _mark(filters):
            return [_value(kind, value) for kind, value in zip(kinds, place, strict=True)]
    except (binascii.Error, ValueError, TypeError):
        pass
    raise BadInput(
        _("Ce curseur ne vaut pas ici : reprenez « next » de la page d’avant, mêmes filtres.")
    )


def _value(kind: type[date] | type[int], value: object) -> date | int:
    if kind is int and isinstance(value, int) and 0 <= value < BEYOND:
        return value
    return date.fromisoformat(str(value))


def _mark(filters: str) -> str:
    return hashlib.sha256(filters.encode()).hexdigest()[:12]
