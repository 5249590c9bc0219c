"""Dates and instants in cells: French and ISO writing, date cells, serial numbers, UTC midnights."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from config.i18n import gettext as _
from workflows.applications.cellwise import Unreadable, shown
from workflows.deadlines import PARIS, civil_date
from workflows.workbook import Cell

_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}[:h]\d{2}\S*))?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].+)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
_SERIALS = (36_526, 73_051)  # 2000 to 2099, as spreadsheets count days
_SPREADSHEET_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 # a spreadsheet's day has no zone
_YEARS = range(1990, 2100)
_NOON = time(12)


class _Moment(NamedTuple):
    """What a cell says: with a zone or without, with a time of day or only a date."""

    at: datetime
    timed: bool


def day(cell: Cell) -> date:
    """A civil date, in Paris when the cell names a zone (DAUPHIN stores local midnight as UTC).

    Raises `Unreadable`.
    """
    at = _moment(cell).at
    return civil_date(at) if at.tzinfo else at.date()


def instant(cell: Cell) -> datetime:
    """An instant in UTC, to the second: no zone means Paris, a bare date means noon there.

    Raises `Unreadable`.
    """
    at, timed = _moment(cell)
    if not at.tzinfo:
        at = datetime.combine(at.date(), at.time() if timed else _NOON, tzinfo=PARIS)
    return at.astimezone(UTC)


def _moment(cell: Cell) -> _Moment:
    if isinstance(cell, str):
        return _of_text(cell)
    if isinstance(cell, datetime):
        rounded = _to_the_second(cell)
        return _checked(rounded, rounded.time() != time(), cell)
    if isinstance(cell, date):
        return _checked(datetime.combine(cell, time()), False, cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_serial(float(cell), cell)
    raise _unreadable(cell)


@lru_cache(maxsize=4096)
def _of_text(found: str) -> _Moment:
    stripped = found.strip()
    try:
        if match := _FRENCH.fullmatch(stripped):
            dd, mm, yyyy, clock = match.groups()
            at = time.fromisoformat(_padded(clock)) if clock else time()
            return _checked(
                datetime.combine(date(int(yyyy), int(mm), int(dd)), at), bool(clock), found
            )
        if _ISO.fullmatch(stripped):
            timed = len(stripped) > len("2021-12-31")
            return _checked(_to_the_second(datetime.fromisoformat(stripped)), timed, found)
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        said = _("« {found} » : cette date n’existe pas ; attendu : par exemple 31/12/2021.")
        raise Unreadable(said.format(found=shown(found))) from error
    if _SERIAL.fullmatch(stripped):
        return _of_serial(float(stripped.replace(",", ".")), found)
    raise _unreadable(found)


def _padded(clock: str) -> str:
    hours, minutes = clock.replace("h", ":").split(":", 1)
    return f"{hours:0>2}:{minutes}"


def _of_serial(number: float, cell: Cell) -> _Moment:
    if not _SERIALS[0] <= number < _SERIALS[1]:
        raise _unreadable(cell)
    at = _to_the_second(_SPREADSHEET_DAY_0 + timedelta(days=number))
    return _checked(at, not number.is_integer(), cell)


def _to_the_second(at: datetime) -> datetime:
    return (at + timedelta(microseconds=500_000)).replace(microsecond=0)


def _checked(at: datetime, timed: bool, cell: Cell) -> _Moment:
    if at.year not in _YEARS:
        said = _(
            "« {found} » : l’année {year} est invraisemblable ; attendu : de {first} à {last}."
        )
        raise Unreadable(
            said.format(found=shown(cell), year=at.year, first=_YEARS[0], last=_YEARS[-1])
        )
    return _Moment(at, timed)


def _unreadable(cell: Cell) -> Unreadable:
    if isinstance(cell, str) and _SHORT_YEAR.fullmatch(cell.strip()):
        said = _("« {found} » : écrivez l’année sur quatre chiffres, par exemple 31/12/2021.")
    else:
        said = _(
            "« {found} » n’est pas une date ; attendu : jour/mois/année, par exemple 31/12/2021."
        )
    return Unreadable(said.format(found=shown(cell)))
