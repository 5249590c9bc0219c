"""Applications as rows: those that filters pick, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Application, Call, Enjeu, Fiche, Organisation
from models.vocabulary import Outcome, State
from workflows.accounts.sight import Sight
from workflows.applications.filtering import Filters
from workflows.applications.picking import ids_in_order, page_of_ids
from workflows.applications.runs import Ids


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
    """The applications of a contract that `filters` pick, in the order they came in, or by age.

    `sight`: only those that somebody may see.

    Raises `NotFound` when the pilot or the funder is no organisation of the contract.
    """
    filters = filters or Filters()
    seen = sight or Sight(contract_id, whole=True)
    if filters.limit is None:
        return rows_of(session, ids_in_order(session, seen, filters), filters)
    return rows_of(session, page_of_ids(session, seen, filters), filters)


def rows_of(session: Session, ids: Sequence[int] | Ids, filters: Filters) -> list[Row]:
    """These applications as rows, in the order of a list with these filters; raises nothing."""
    a = Application
    query = (
        select(
            a.id, a.reference, a.external_reference, Call.year, a.title, Organisation.name,
            Enjeu.number, Fiche.number, a.state, a.outcome, a.requested, a.voted, a.received_at,
            a.state_since,
        )
        .join(Call, Call.id == a.call_id)
        .join(Fiche, Fiche.id == a.fiche_id)
        .join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        .join(Organisation, Organisation.id == a.applicant_id)
        .where(a.id.in_(ids))
        .order_by(*filters.order)
    )  # fmt: skip
    return [Row._make(row) for row in session.execute(query)]
