"""Which applications a page shows: their ids, read off the indexes alone, so that no other row is read.

What a person sees, and what the filters ask, become runs of applications (`runs.py`), which the
database puts together in the order of the page; the rows themselves are then read by their ids.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models import Application, Call, Enjeu, Fiche
from models.vocabulary import State
from workflows.accounts.sight import Sight, funded_by, led_by
from workflows.applications.filtering import Filters, besides, of_fiches, resolved
from workflows.applications.runs import Ids, Run, Several, merged


class Part(NamedTuple):
    """Some of what a person sees: the applications of these fiches, or of all, that hold `also`.

    `few`: so few that they are read as one run, and sorted.
    """

    fiches: Several | None
    also: tuple[ColumnElement[bool], ...] = ()
    few: bool = False


class Ground(NamedTuple):
    """Where to look: ids. `lateral`: whether the database puts as many runs together as asked."""

    calls: Several
    asked: Several
    led: Several
    lateral: bool


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
    runs = [
        run._replace(apart=False) for run in _runs(sight, asked, _ground(session, sight, asked))
    ]
    each = [
        merged(runs, replace(asked, state=state), lateral=False, ordered=False).subquery()
        for state in State
    ]
    counts = (select(func.count()).select_from(some).scalar_subquery() for some in each)
    return dict(zip(State, session.execute(select(*counts)).one(), strict=True))


def _merged(
    sight: Sight, filters: Filters, ground: Ground, also: tuple[ColumnElement[bool], ...] = ()
) -> Ids:
    runs = [run._replace(also=(*run.also, *also)) for run in _runs(sight, filters, ground)]
    # a condition of each row is asked of no more rows than are shown: the runs are merged one by one
    return merged(runs, filters, lateral=ground.lateral and not also)


def _runs(sight: Sight, filters: Filters, ground: Ground) -> Iterator[Run]:
    """What to merge; no application is in two of them."""
    asked = ground.asked if of_fiches(filters) else None
    more = tuple(besides(sight.contract_id, filters))
    for part in _parts(sight, ground.led):
        fiches = _both(asked, part.fiches)
        if not ground.calls or fiches == frozenset():
            continue
        run = Run(ground.calls, fiches, (*part.also, *more))
        if part.few or (filters.text and not filters.by_age):  # sorted, or found by their words
            yield run
        elif fiches is not None and filters.year is None:  # a fiche is of one contract
            yield run._replace(calls=None, apart=True)
        else:
            yield run._replace(apart=True)


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
    calls_, asked, led_ = (frozenset(found.get(what, ())) for what in ("calls", "asked", "led"))
    return Ground(calls_, asked, led_, session.get_bind().dialect.name == "postgresql")
