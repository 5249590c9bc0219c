"""How many applications stand in each state: read off the tallies, counted only where there are few."""

from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from models import (
    Application,
    Call,
    Enjeu,
    Fiche,
    FunderTally,
    Organisation,
    Tally,
)
from models.vocabulary import State
from models.words import words_of
from workflows.accounts.sight import Sight, funded_by, led_by
from workflows.applications.filtering import Filters, having, narrowed, resolved
from workflows.applications.picking import counts_of_states

Query = Select[*tuple[Any, ...]]
AT_MOST = 999  # beyond, a search says « 999+ »


class Counts(NamedTuple):
    """How many in each state; `beyond`: there are more, or may be, which were not counted."""

    by_state: dict[State, int]
    beyond: bool = False

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.by_state.values())

    @property
    def known(self) -> bool:
        """Whether `total` says something: not where a search of common words was left uncounted."""
        return self.total > 0 or not self.beyond


def count_by_state(session: Session, sight: Sight, filters: Filters) -> Counts:
    """How many that `filters` pick stand in each state, whatever the state asked. Raises `NotFound`."""
    every = replace(filters, state=None, outcome=None, after=0, after_since=None, limit=None)
    if every.by_age:
        found = counts_of_states(session, sight, replace(every, limit=AT_MOST + 1))
        return Counts(found, beyond=max(found.values()) > AT_MOST)
    if every.text or every.pilot or every.funder or not _can_be_tallied(sight, every):
        return _counted(session, sight, every)
    found = dict.fromkeys(State, 0)
    for query in _tallied(sight, every):
        for state, count in session.execute(query):
            found[state] += int(count or 0)
    return Counts(found)


def _can_be_tallied(sight: Sight, filters: Filters) -> bool:
    """Two funders may be asked for one application, which then counts once."""
    one_funder = len(sight.funders) + (filters.funder_id is not None) <= 1
    return sight.whole or (one_funder and filters.funder_id is None)


def _tallied(sight: Sight, filters: Filters) -> list[Query]:
    """Queries whose counts add up: what is led, then what is funded beside, then one's own beside."""
    if sight.whole and filters.funder_id is None:
        return [_of(Tally, filters)]
    if sight.whole:
        return [_of(FunderTally, filters).where(FunderTally.funder_id == filters.funder_id)]
    queries: list[Query] = []
    led = led_by(sight.pilots)
    if sight.pilots:
        queries.append(_of(Tally, filters).where(Tally.fiche_id.in_(led)))
    if sight.funders:
        funded = _of(FunderTally, filters).where(FunderTally.funder_id.in_(sight.funders))
        queries.append(funded.where(FunderTally.fiche_id.not_in(led)) if sight.pilots else funded)
    return [*queries, _own_beside(sight, filters)]


def _of(kind: type[Tally] | type[FunderTally], filters: Filters) -> Query:
    query: Query = (
        select(kind.state, func.sum(kind.applications))
        .join(Call, Call.id == kind.call_id)
        .join(Fiche, Fiche.id == kind.fiche_id)
        .group_by(kind.state)
    )
    if filters.enjeu is not None:
        query = query.join(Enjeu, Enjeu.id == Fiche.enjeu_id).where(Enjeu.number == filters.enjeu)
    if filters.pilot_id is not None:
        query = query.where(kind.fiche_id.in_(led_by(frozenset({filters.pilot_id}))))
    exact: dict[Any, Any] = {Call.year: filters.year, Fiche.number: filters.fiche}
    return query.where(*(c == value for c, value in exact.items() if value is not None))


def _own_beside(sight: Sight, filters: Filters) -> Query:
    """The applications that the person is the contact of, or whose applicant they speak for: a few."""
    own = or_(false(), *sight.as_applicant())
    counted: Query = select(Application.state, func.count())
    query = _joined(counted).where(own, *narrowed(sight.contract_id, filters))
    if sight.pilots:
        query = query.where(Application.fiche_id.not_in(led_by(sight.pilots)))
    if sight.funders:
        query = query.where(Application.id.not_in(funded_by(sight.funders)))
    return query.group_by(Application.state)


def _counted(session: Session, sight: Sight, filters: Filters) -> Counts:
    some = _joined(select(Application.state))
    picked = narrowed(sight.contract_id, resolved(session, sight.contract_id, filters))
    if filters.text and (words := words_of(filters.text)):
        rarest = _rarest(session, sight.contract_id, words)
        if rarest is not None:
            some = some.where(Application.id.in_(_having(sight.contract_id, rarest)))
        elif _are_many(session, sight, replace(filters, text=None)):
            return Counts(dict.fromkeys(State, 0), beyond=True)
    within = some.where(*picked, sight.of_applications()).limit(AT_MOST + 1).subquery()
    rows = session.execute(select(within.c.state, func.count()).group_by(within.c.state))
    found = dict.fromkeys(State, 0) | {row[0]: row[1] for row in rows}
    return Counts(found, beyond=sum(found.values()) > AT_MOST)


def _are_many(session: Session, sight: Sight, filters: Filters) -> bool:
    counts = count_by_state(session, sight, filters)
    return counts.beyond or counts.total > AT_MOST


def _rarest(session: Session, contract_id: int, words: set[str]) -> str | None:
    """The one of `words` that the fewest applications have; None when all have beyond `AT_MOST`.

    A count that starts from it reads no more than that, however many applications there are.
    """
    each = sorted(words)
    some = [_having(contract_id, word).subquery() for word in each]
    counts = (select(func.count()).select_from(few).scalar_subquery() for few in some)
    found = session.execute(select(*counts)).one()
    fewest, word = min(zip(found, each, strict=True))
    return word if fewest <= AT_MOST else None


def _having(contract_id: int, word: str) -> Select[int]:
    """The applications that have a word beginning so, up to one beyond `AT_MOST`."""
    return having(contract_id, word).limit(AT_MOST + 1)


def _joined(query: Query) -> Query:
    return (
        query.select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Fiche, Fiche.id == Application.fiche_id)
        .join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        .join(Organisation, Organisation.id == Application.applicant_id)
    )
