"""Sorted runs of applications, put together in the order of a page.

A run is the applications of one call, or of one fiche (and of one state, where the oldest come first),
which an index of `application` holds in that order (`models/application.py`). The database merges as
many as there are and stops where the page ends. PostgreSQL is given the calls and fiches of a run as
two lists, and reads the first of each (LATERAL); SQLite, which cannot, is given a query for each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    column,
    func,
    literal,
    select,
    true,
    union_all,
)

from models import Application
from models.vocabulary import State
from workflows.applications.filtering import Filters

Ids = Select[int]
Several = frozenset[int]
MOST_RUNS = 450  # SQLite puts no more than 500 together


class Run(NamedTuple):
    """Applications to be read in order; None is any call, or any fiche.

    `apart`: each call and each fiche is read by itself, so that the indexes have them.
    """

    calls: Several | None
    fiches: Several | None
    also: tuple[ColumnElement[bool], ...]
    apart: bool = False


def merged(runs: Sequence[Run], filters: Filters, *, lateral: bool, ordered: bool = True) -> Ids:
    """The first `filters.limit` ids of all these runs, in order; no application is in two.

    Not `ordered`: any so many of them, which are found sooner. Raises nothing.
    """
    if not lateral:
        runs = [one for run in runs for one in _split(run)]
    order = filters.order
    one_by_one = _by_state(filters, len(runs))
    each = [_first(run, one, ordered=ordered) for one in one_by_one for run in runs]
    if not each:
        return select(Application.id).where(Application.id.is_(None))
    parts = (one.subquery() for one in each)
    found = union_all(*(select(*part.c) for part in parts)).subquery()
    if not ordered:
        return select(found.c.id).limit(filters.limit)
    return select(found.c.id).order_by(*(found.c[c.key] for c in order)).limit(filters.limit)


def _by_state(filters: Filters, runs: int) -> list[Filters]:
    """An index has the ages of one state at a time; a database takes so many runs and no more."""
    one_state = filters.state is not None or filters.outcome is not None
    if not filters.by_age or one_state or runs * len(State) > MOST_RUNS:
        return [filters]
    return [replace(filters, state=state) for state in State]


def _first(run: Run, filters: Filters, *, ordered: bool) -> Select[Any]:
    """What gives its order to the page, of the first of a run."""
    a = Application
    query = select(*filters.order).where(*filters.following, *run.also)
    if filters.outcome is not None:
        query = query.where(a.state == State.CLOSED, a.outcome == filters.outcome)
    if filters.state is not None:
        query = query.where(a.state == filters.state)
    if ordered:
        query = query.order_by(*filters.order)
    query = query.limit(filters.limit)
    places = {a.call_id: run.calls, a.fiche_id: run.fiches}
    apart = {key: ids for key, ids in places.items() if ids and len(ids) > 1 and run.apart}
    for key, ids in places.items():
        if ids is not None and key not in apart:
            query = query.where(key == min(ids) if len(ids) == 1 else key.in_(ids))
    if not apart:
        return query
    together = _side_by_side(query, apart)
    if ordered:
        together = together.order_by(*(together.selected_columns[c.key] for c in filters.order))
    return together.limit(filters.limit)


def _side_by_side(query: Select[Any], apart: dict[Any, Several]) -> Select[Any]:
    """The first of the query in each of these calls and fiches, put together."""
    pairs = list(product(*(sorted(ids) for ids in apart.values())))
    lists = (literal(list(ids), ARRAY(BigInteger)) for ids in zip(*pairs, strict=True))
    names = [column(key.key, BigInteger) for key in apart]
    places = func.unnest(*lists).table_valued(*names, name="places").render_derived()
    here = query.where(*(key == places.c[key.key] for key in apart)).lateral()
    return select(*here.c).select_from(places.join(here, true()))


def _split(run: Run) -> Iterator[Run]:
    """One run per call and fiche."""
    if not run.apart:
        yield run
        return
    for calls, fiches in product(_each(run.calls), _each(run.fiches)):
        yield run._replace(calls=calls, fiches=fiches)


def _each(several: Several | None) -> list[Several | None]:
    return [None] if several is None else [frozenset({number}) for number in sorted(several)]
