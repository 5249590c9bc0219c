"""Which applications are asked for: what a list's filters say, as conditions of a query."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Application, ApplicationWord, Call, Enjeu, Fiche
from models.vocabulary import Outcome, State
from models.words import prefix_range, words_of
from workflows.accounts.sight import funded_by, led_by
from workflows.spellings import organisation_id


@dataclass(frozen=True, slots=True)
class Filters:
    """What to pick; what is None picks everything. `pilot` and `funder` are names or aliases,
    `pilot_id` and `funder_id` the same once known.

    `since_before`: those that have stood in their state since before that instant; they then come in
    that order, the oldest first. `after` is the id of the last row already seen (and `after_since`
    since when it stood there, in that order), `limit` how many rows come at most.
    """

    state: State | None = None
    outcome: Outcome | None = None
    year: int | None = None
    enjeu: int | None = None
    fiche: str | None = None
    pilot: str | None = None
    funder: str | None = None
    text: str | None = None
    after: int = 0
    limit: int | None = None
    pilot_id: int | None = None
    funder_id: int | None = None
    since_before: datetime | None = None
    after_since: datetime | None = None

    @property
    def by_age(self) -> bool:
        """Whether the oldest come first, rather than those that came in first."""
        return self.since_before is not None

    @property
    def order(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """The columns that the rows are sorted by."""
        return (Application.state_since, Application.id) if self.by_age else (Application.id,)

    @property
    def following(self) -> list[ColumnElement[bool]]:
        """The conditions of what comes after the last row already seen, of those old enough."""
        if self.since_before is None:
            return [Application.id > self.after]
        since = Application.state_since
        found = [since < self.since_before]
        if self.after_since is not None:
            last = literal(self.after_since, since.type)
            found.append(tuple_(since, Application.id) > tuple_(last, literal(self.after)))
        return found


def after_row(filters: Filters, number: int, since: datetime) -> Filters:
    """The same after that row, which has stood in its state since then; raises nothing."""
    return replace(filters, after=number, after_since=since if filters.by_age else None)


def resolved(session: Session, contract_id: int, filters: Filters) -> Filters:
    """The same with the organisations known by id; raises `NotFound` for one unknown."""
    pilot, funder = filters.pilot_id, filters.funder_id
    if filters.pilot is not None:
        pilot = organisation_id(session, contract_id, filters.pilot)
    if filters.funder is not None:
        funder = organisation_id(session, contract_id, filters.funder)
    return replace(filters, pilot=None, funder=None, pilot_id=pilot, funder_id=funder)


def narrowed(contract_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """What resolved filters ask, over applications with their call, fiche and enjeu; raises nothing."""
    exact = {
        Application.state: filters.state,
        Application.outcome: filters.outcome,
        Call.year: filters.year,
    }
    return [
        Call.contract_id == contract_id,
        *filters.following,
        *(column == value for column, value in exact.items() if value is not None),
        *of_fiches(filters),
        *besides(contract_id, filters),
    ]


def of_fiches(filters: Filters) -> list[ColumnElement[bool]]:
    """What they ask of the fiche, over fiches with their enjeu; raises nothing."""
    exact = {Enjeu.number: filters.enjeu, Fiche.number: filters.fiche}
    found: list[ColumnElement[bool]] = [
        column == value for column, value in exact.items() if value is not None
    ]
    if filters.pilot_id is not None:
        found.append(Fiche.id.in_(led_by({filters.pilot_id})))
    return found


def besides(contract_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """What they ask that is neither of the call, nor of the fiche, nor of the state; raises nothing."""
    found: list[ColumnElement[bool]] = []
    if filters.funder_id is not None:
        found.append(Application.id.in_(funded_by({filters.funder_id})))
    if filters.text:
        found.append(_holds(contract_id, filters.text))
    return found


def _holds(contract_id: int, text: str) -> ColumnElement[bool]:
    """Each word of `text` begins a word of the title, of the applicant's name or of the reference."""
    words = sorted(words_of(text))
    return and_(true(), *(Application.id.in_(having(contract_id, word)) for word in words))


def having(contract_id: int, word: str) -> Select[int]:
    """The applications of that contract that have a word beginning so; raises nothing."""
    first, beyond = prefix_range(word)
    return select(ApplicationWord.application_id).where(
        ApplicationWord.contract_id == contract_id,
        ApplicationWord.word >= first,
        ApplicationWord.word < beyond,
    )
