"""Applications as rows: those that filters pick, a page at a time."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import Session

from models import (
    Application,
    ApplicationWord,
    Call,
    Enjeu,
    Fiche,
    FichePilot,
    FunderLine,
    Organisation,
)
from models.vocabulary import Outcome, State
from models.words import prefix_range, words_of
from workflows.accounts.sight import Sight
from workflows.applications.ordering import in_order
from workflows.spellings import organisation_id

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Filters:
    """What to pick; what is None picks everything. `pilot` and `funder` are names or aliases,
    `pilot_id` and `funder_id` the same once known.

    `after` is the id of the last row already seen, `limit` how many rows come at most.
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


class Row(NamedTuple):
    """One application in a list."""

    id: int
    reference: str
    external_reference: str | None
    year: int
    title: str
    applicant: str
    enjeu: int
    fiche: str
    state: State
    outcome: Outcome | None
    requested: Decimal
    voted: Decimal
    received_at: datetime
    state_since: datetime


def list_applications(
    session: Session,
    contract_id: int,
    filters: Filters | None = None,
    sight: Sight | None = None,
) -> list[Row]:
    """The applications of a contract that `filters` pick, in the order they came in.

    `sight`: only those that somebody may see.

    Raises `NotFound` when the pilot or the funder is no organisation of the contract.
    """
    filters = filters or Filters()
    query = select(
        Application.id,
        Application.reference,
        Application.external_reference,
        Call.year,
        Application.title,
        Organisation.name,
        Enjeu.number,
        Fiche.number,
        Application.state,
        Application.outcome,
        Application.requested,
        Application.voted,
        Application.received_at,
        Application.state_since,
    )
    picked = pick(query, session, contract_id, filters)
    if sight is not None:
        picked = picked.where(sight.of_applications())
    rows = session.execute(picked)
    return [Row._make(row) for row in rows]


def pick(
    query: Select[*Columns], session: Session, contract_id: int, filters: Filters
) -> Select[*Columns]:
    """`query` over applications, narrowed to what `filters` ask, in order of arrival.

    It may name the call, the fiche, the enjeu and the applicant. Raises `NotFound`.
    """
    return (
        query.join(Call, Call.id == Application.call_id)
        .join(Fiche, Fiche.id == Application.fiche_id)
        .join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        .join(Organisation, Organisation.id == Application.applicant_id)
        .where(*conditions(session, contract_id, filters))
        .order_by(Application.id)
        .limit(filters.limit)
    )


def conditions(session: Session, contract_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """What `filters` ask, over applications with their call, fiche, enjeu and applicant.

    Raises `NotFound`.
    """
    pilot, funder = filters.pilot_id, filters.funder_id
    if filters.pilot is not None:
        pilot = organisation_id(session, contract_id, filters.pilot)
    if filters.funder is not None:
        funder = organisation_id(session, contract_id, filters.funder)
    return narrowed(contract_id, replace(filters, pilot_id=pilot, funder_id=funder))


def narrowed(contract_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """The same for filters whose organisations are known by id; raises nothing."""
    exact = {
        Application.state: filters.state,
        Application.outcome: filters.outcome,
        Application.call_id: _call_of(contract_id, filters.year),
        Enjeu.number: filters.enjeu,
        Application.fiche_id: _fiche_of(contract_id, filters.fiche),
    }
    given = {column: value for column, value in exact.items() if value is not None}
    found: list[ColumnElement[bool]] = [
        Call.contract_id == contract_id,
        Application.id > filters.after,
        *(column == value for column, value in given.items()),
        *in_order(given, filters.after),
    ]
    if filters.pilot_id is not None:
        piloted = select(FichePilot.fiche_id).where(FichePilot.organisation_id == filters.pilot_id)
        found.append(Application.fiche_id.in_(piloted))
    if filters.funder_id is not None:
        funded = select(FunderLine.application_id).where(FunderLine.funder_id == filters.funder_id)
        found.append(Application.id.in_(funded))
    if filters.text:
        found.append(_holds(filters.text))
    return found


def _call_of(contract_id: int, year: int | None) -> ColumnElement[int] | None:
    if year is None:
        return None
    query = select(Call.id).where(Call.contract_id == contract_id, Call.year == year)
    return query.scalar_subquery()


def _fiche_of(contract_id: int, number: str | None) -> ColumnElement[int] | None:
    if number is None:
        return None
    query = select(Fiche.id).where(Fiche.contract_id == contract_id, Fiche.number == number)
    return query.scalar_subquery()


def _holds(text: str) -> ColumnElement[bool]:
    """Each word of `text` begins a word of the title, of the applicant's name or of the reference."""
    begin = (prefix_range(word) for word in sorted(words_of(text)))
    return and_(
        true(),
        *(
            Application.id.in_(
                select(ApplicationWord.application_id).where(
                    ApplicationWord.word >= first, ApplicationWord.word < beyond
                )
            )
            for first, beyond in begin
        ),
    )
