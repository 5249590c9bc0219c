"""From a cell to a value: French ways of writing amounts, yes and no, and what spreadsheets spoil.

Every reader takes a cell that is not blank and raises `Unreadable`, whose text says what was
found and what was expected; the caller adds the line and the column.
"""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache

from config.i18n import gettext as _
from models.base import CENT
from workflows.applications.cellwise import Unreadable, key_of, plain, shown, without_spaces
from workflows.workbook import Cell

MOST_EUROS = Decimal(10) ** 11
MOST_YEARS = 10
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AMOUNT = re.compile(r"\d+(?:[.,]\d*)?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+", re.ASCII)  # 1.234,56
_CURRENCY = re.compile(r"(?:€|eur|euros?)$", re.IGNORECASE)
_YES_OR_NO = {
    **dict.fromkeys(("oui", "o", "x", "1", "vrai", "true", "yes"), True),
    **dict.fromkeys(("non", "n", "0", "faux", "false", "no"), False),
}


def text(most: int) -> Callable[[Cell], str]:
    """A reader of texts; it raises `Unreadable` beyond `most` characters and for control characters."""

    def read(cell: Cell) -> str:
        found = plain(cell)
        if len(found) > most:
            raise Unreadable(
                _(
                    "{count} caractères, c’est trop ; attendu : {most} au plus. Raccourcissez le texte."
                ).format(count=len(found), most=most)
            )
        if match := _CONTROL.search(found):
            raise Unreadable(
                _("caractère de commande U+{code} au milieu du texte : retirez-le.").format(
                    code=f"{ord(match[0]):04X}"
                )
            )
        return found

    return read


def amount(cell: Cell) -> Decimal:
    """Euros and cents: « 1 234,56 € », 1234.56, a number cell; raises `Unreadable`."""
    if isinstance(cell, bool | date | time | timedelta):
        raise Unreadable(_not_an_amount(cell))
    return _amount_of_text(cell) if isinstance(cell, str) else _amount_of_number(cell)


@lru_cache(maxsize=4096)
def _amount_of_number(number: float) -> Decimal:
    if not abs(number) < float(MOST_EUROS):  # true of NaN too
        raise Unreadable(_not_an_amount(number))
    exact = Decimal(repr(number))
    rounded = exact.quantize(CENT)
    spoilt = abs(exact - rounded) < Decimal("0.000001")  # a formula leaves 0.30000000000000004
    return _checked_amount(rounded if spoilt else exact, shown(number))


@lru_cache(maxsize=4096)
def _amount_of_text(found: str) -> Decimal:
    bare = _CURRENCY.sub("", without_spaces(found)).replace("\N{MINUS SIGN}", "-")
    negative = bare.startswith("-") or (bare.startswith("(") and bare.endswith(")"))
    digits = bare.strip("-+()")
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(".", "")
    if not _AMOUNT.fullmatch(digits):
        raise Unreadable(_not_an_amount(found))
    value = Decimal(digits.replace(",", "."))
    return _checked_amount(-value if negative else value, shown(found))


def _checked_amount(value: Decimal, found: str) -> Decimal:
    if value < 0:
        said = _("le montant {found} est négatif ; attendu : 0 ou plus.")
    elif value >= MOST_EUROS:
        said = _("le montant {found} est démesuré : vérifiez-le, il s’écrit en euros.")
    elif value != value.quantize(CENT):
        said = _("le montant {found} a plus de deux décimales ; attendu : par exemple 1234,56.")
    else:
        return value.quantize(CENT)
    raise Unreadable(said.format(found=found))


def _not_an_amount(cell: Cell) -> str:
    said = _("« {found} » n’est pas un montant ; attendu : des euros, par exemple 1234,56.")
    return said.format(found=shown(cell))


def yes_no(cell: Cell) -> bool:
    """oui, non, x, 1, 0, vrai, faux; raises `Unreadable`."""
    if isinstance(cell, bool):
        return cell
    found = _YES_OR_NO.get(key_of(plain(cell)))
    if found is None:
        raise Unreadable(
            _("« {found} » n’est ni oui ni non ; attendu : oui, non, ou rien pour non.").format(
                found=shown(cell)
            )
        )
    return found


def years(cell: Cell) -> int:
    """Over how many years an action runs; raises `Unreadable`."""
    found = plain(cell)
    if isinstance(cell, bool) or not found.isascii() or not found.isdigit():
        return _no_years(cell)
    return int(found) if 1 <= int(found) <= MOST_YEARS else _no_years(cell)


def _no_years(cell: Cell) -> int:
    raise Unreadable(
        _("« {found} » n’est pas un nombre d’années ; attendu : un entier de 1 à {most}.").format(
            found=shown(cell), most=MOST_YEARS
        )
    )
