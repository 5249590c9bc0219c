"""Reading what a sweep must deal with: in order of date, thousands of small rows at a time, as the driver gives them.

A page goes on after the last row of the one before, by date and number, so that what the sweep
changed meanwhile moves nothing; two plain ranges, since SQLite follows an index for no pair.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal_column
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnClause

AT_A_TIME = 50_000


class Place(NamedTuple):
    """The columns to go by: a date and a number, both in the index."""

    day: ColumnClause[Any]
    number: ColumnClause[Any]

    @classmethod
    def of(cls, table: str, day: str) -> "Place":
        """Those of a table, untyped: neither is turned into anything on the way; raises nothing."""
        return cls(literal_column(f"{table}.{day}"), literal_column(f"{table}.id"))


Row = tuple[Any, ...]  # starts with its day and its number
Rows = Sequence[Row]


def page(session: Session, query: Select[Any], place: Place, after: Row | None) -> Rows:
    """The next rows of `query`, which selects the place first; raises nothing."""
    if after is None:
        return _read(session, query.order_by(*place).limit(AT_A_TIME))
    day: Any = bindparam(None, after[0])
    number: Any = bindparam(None, after[1])
    same_day = query.where(place.day == day, place.number > number).order_by(place.number)
    rows = _read(session, same_day.limit(AT_A_TIME))
    if len(rows) == AT_A_TIME:
        return rows
    later = query.where(place.day > day).order_by(*place).limit(AT_A_TIME - len(rows))
    return rows + _read(session, later)


def _read(session: Session, query: Select[Any]) -> list[Row]:
    """The driver's own tuples: a third of the time goes into making anything else of them."""
    with closing(session.connection().execute(query)) as result:
        return list(result.cursor.fetchall())


def pages(read: Callable[[Row | None], Rows]) -> Iterator[Rows]:
    """Page after page of what `read` gives after a row; the last is the one that is not full.

    Raises what `read` raises.
    """
    rows = read(None)
    while rows:
        yield rows
        rows = read(rows[-1]) if len(rows) >= AT_A_TIME else ()
