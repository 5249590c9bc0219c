"""Which applications a page shows: their ids, read off the indexes alone, so that no other row is read.

A page is the first of several sorted runs put together: one per call, or per fiche (and per state, where
the oldest come first), each of which an index of `application` holds in the order of the page. The
database merges them and stops where the page ends; the rows themselves are then read by their ids.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models import Application, Call, Enjeu, Fiche
from models.vocabulary import State
from workflows.accounts.sight import Sight, funded_by, led_by
from workflows.applications.filtering import Filters, besides, of_fiches, resolved

Ids = Select[int]
Several = frozenset[int]
MOST_RUNS = 450  # SQLite puts no more than 500 together


class Part(NamedTuple):
    """Some of what a person sees: the applications of these fiches, or of all, that hold `also`.

    `few`: so few that they are read as one run, and sorted.
    """

    fiches: Several | None
    also: tuple[ColumnElement[bool], ...] = ()
    few: bool = False


class Run(NamedTuple):
    """Applications to be read in order; None is any call, or any fiche."""

    calls: Several | None
    fiches: Several | None
    also: tuple[ColumnElement[bool], ...]


class Ground(NamedTuple):
    """Where to look: ids."""

    calls: Several
    asked: Several
    led: Several


def page_of_ids(session: Session, sight: Sight, filters: Filters) -> list[int]:
    """The first `filters.limit` ids after `filters.after` that may be seen, in order; raises `NotFound`."""
    return list(session.scalars(ids_in_order(session, sight, filters)))


def ids_in_order(
    session: Session, sight: Sight, filters: Filters, *also: ColumnElement[bool]
) -> Ids:
    """The same as a query, of those that hold `also` besides; raises `NotFound`."""
    asked = resolved(session, sight.contract_id, filters)
    return _merged(sight, asked, _ground(session, sight, asked), also)


def firsts_of_states(session: Session, sight: Sight, filters: Filters) -> list[int]:
    """Of each state the first `filters.limit` ids that may be seen; raises `NotFound`."""
    asked = resolved(session, sight.contract_id, replace(filters, outcome=None, after=0))
    ground = _ground(session, sight, asked)
    each = (_merged(sight, replace(asked, state=state), ground).subquery() for state in State)
    return list(session.scalars(union_all(*(select(first.c.id) for first in each))))


def counts_of_states(session: Session, sight: Sight, filters: Filters) -> dict[State, int]:
    """Of each state how many may be seen, counted up to `filters.limit`; raises `NotFound`."""
    asked = resolved(session, sight.contract_id, replace(filters, outcome=None))
    runs = list(_runs(sight, asked, _ground(session, sight, asked), sort=False))
    if not runs:
        return dict.fromkeys(State, 0)
    each = (_some(runs, replace(asked, state=state)).subquery() for state in State)
    counts = (select(func.count()).select_from(some).scalar_subquery() for some in each)
    return dict(zip(State, session.execute(select(*counts)).one(), strict=True))


def _some(runs: list[Run], filters: Filters) -> Ids:
    parts = (_ids(run, filters).order_by(None).subquery() for run in runs)
    found = union_all(*(select(part.c.id) for part in parts)).subquery()
    return select(found.c.id).limit(filters.limit)


def _merged(
    sight: Sight, filters: Filters, ground: Ground, also: tuple[ColumnElement[bool], ...] = ()
) -> Ids:
    runs = [run._replace(also=(*run.also, *also)) for run in _runs(sight, filters, ground)]
    each = [_ids(run, one) for one in _by_state(filters, len(runs)) for run in runs]
    if not each:
        return select(Application.id).where(Application.id.is_(None))
    if len(each) == 1:
        return each[0]
    order = filters.order
    parts = (one.with_only_columns(*order).subquery() for one in each)
    found = union_all(*(select(*part.c) for part in parts)).subquery()
    return select(found.c.id).order_by(*(found.c[c.key] for c in order)).limit(filters.limit)


def _by_state(filters: Filters, runs: int) -> list[Filters]:
    """An index has the ages of one state at a time; a database takes so many runs and no more."""
    one_state = filters.state is not None or filters.outcome is not None
    if not filters.by_age or one_state or runs * len(State) > MOST_RUNS:
        return [filters]
    return [replace(filters, state=state) for state in State]


def _ids(run: Run, filters: Filters) -> Ids:
    a = Application
    query = select(a.id).where(*filters.following, *run.also)
    for column, among in ((a.call_id, run.calls), (a.fiche_id, run.fiches)):
        if among is not None:
            query = query.where(column == min(among) if len(among) == 1 else column.in_(among))
    if filters.outcome is not None:
        query = query.where(a.state == State.CLOSED, a.outcome == filters.outcome)
    if filters.state is not None:
        query = query.where(a.state == filters.state)
    return query.order_by(*filters.order).limit(filters.limit)


def _runs(sight: Sight, filters: Filters, ground: Ground, *, sort: bool = True) -> Iterator[Run]:
    """What to merge; no application is in two of them. `sort`: each as an index has it, in order."""
    asked = ground.asked if of_fiches(filters) else None
    more = tuple(besides(sight.contract_id, filters))
    for part in _parts(sight, ground.led):
        fiches = _both(asked, part.fiches)
        if not ground.calls or fiches == frozenset():
            continue
        run = Run(ground.calls, fiches, (*part.also, *more))
        if (
            not sort or part.few or (filters.text and not filters.by_age)
        ):  # sorted, or found by their words
            yield run
        elif fiches is not None and filters.year is None:  # a fiche is of one contract
            yield from _split(run._replace(calls=None))
        else:
            yield from _split(run)


def _split(run: Run) -> Iterator[Run]:
    """One run per call and fiche: so the indexes have them."""
    for calls, fiches in product(_each(run.calls), _each(run.fiches)):
        yield run._replace(calls=calls, fiches=fiches)


def _each(several: Several | None) -> list[Several | None]:
    return [None] if several is None else [frozenset({number}) for number in sorted(several)]


def _both(one: Several | None, other: Several | None) -> Several | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _parts(sight: Sight, led: Several) -> Iterator[Part]:
    """What is led, then what is funded beside, then one's own beside."""
    if sight.whole:
        yield Part(None)
        return
    not_yet: list[ColumnElement[bool]] = []
    if sight.pilots:
        yield Part(led)
        not_yet.append(Application.fiche_id.not_in(led))
    if sight.funders:
        funded = Application.id.in_(funded_by(sight.funders))
        yield Part(None, (*not_yet, funded))
        not_yet.append(~funded)
    if own := sight.as_applicant():
        yield Part(None, (*not_yet, or_(*own)), few=True)


def _ground(session: Session, sight: Sight, filters: Filters) -> Ground:
    """The calls, the fiches asked for and those that the person leads, in one question."""
    calls = select(literal("calls").label("what"), Call.id).where(
        Call.contract_id == sight.contract_id
    )
    if filters.year is not None:
        calls = calls.where(Call.year == filters.year)
    each = [calls]
    if wanted := of_fiches(filters):
        fiches = select(literal("asked"), Fiche.id).join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        each.append(fiches.where(Fiche.contract_id == sight.contract_id, *wanted))
    if sight.pilots and not sight.whole:
        led = led_by(sight.pilots).subquery()
        each.append(select(literal("led"), led.c.fiche_id))
    found: dict[str, set[int]] = {}
    for what, number in session.execute(union_all(*each)):
        found.setdefault(what, set()).add(number)
    return Ground(*(frozenset(found.get(what, ())) for what in Ground._fields))
