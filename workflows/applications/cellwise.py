"""What every reader of a cell shares: its text, what to quote of it, how it says it cannot be read."""

import re
from datetime import date, time

from config.i18n import gettext as _
from config.organisations import spelling_key
from workflows.workbook import Cell

_SPACES = re.compile(r"[\s\u00a0\u202f\u2007]+")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_MOST_SHOWN = 60


class Unreadable(ValueError):
    """A cell that is not what its column holds; the text is a whole sentence for a person."""


def key_of(text: str) -> str:
    """What two titles or codes share but for case, accents, spaces and punctuation; raises nothing."""
    return _NOT_A_LETTER.sub("", spelling_key(text))


def is_blank(cell: Cell | None) -> bool:
    """Whether a cell holds nothing but spaces; raises nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain(cell: Cell) -> str:
    """A cell as text: a whole number without decimals, a date as ISO; raises nothing."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return _("oui") if cell else _("non")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def shown(cell: Cell) -> str:
    """What to quote of a cell in a message; raises nothing."""
    text = _SPACES.sub(" ", plain(cell))
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def without_spaces(text: str) -> str:
    """`text` without any space, the no-break ones included; raises nothing."""
    return _SPACES.sub("", text)
