"""Applications as a screen shows them: how many in each state, one page at a time, the calls to choose from."""

from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Application, Call, Enjeu, Fiche, Organisation
from models.vocabulary import State
from workflows.accounts.sight import Sight
from workflows.applications.listing import Filters, Row, conditions, list_applications

A_PAGE = 50


class Page(NamedTuple):
    """Some rows, and the id to go on after; None on the last page."""

    rows: list[Row]
    after: int | None


def count_by_state(session: Session, sight: Sight, filters: Filters) -> dict[State, int]:
    """How many that `filters` pick stand in each state, whatever the state asked; raises `NotFound`."""
    every = replace(filters, state=None, outcome=None, after=0, limit=None)
    query = (
        select(Application.state, func.count())
        .join(Call, Call.id == Application.call_id)
        .join(Fiche, Fiche.id == Application.fiche_id)
        .join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        .join(Organisation, Organisation.id == Application.applicant_id)
        .where(*conditions(session, sight.contract_id, every), sight.of_applications())
        .group_by(Application.state)
    )
    found = {row[0]: row[1] for row in session.execute(query)}
    return {state: found.get(state, 0) for state in State}


def one_page(session: Session, sight: Sight, filters: Filters) -> Page:
    """The rows of one page, in the order they came in; raises `NotFound`."""
    asked = replace(filters, limit=A_PAGE + 1)
    rows = list_applications(session, sight.contract_id, asked, sight)
    more = len(rows) > A_PAGE
    return Page(rows[:A_PAGE], rows[A_PAGE - 1].id if more else None)


def years_of(session: Session, contract_id: int) -> list[int]:
    """The years of the calls, latest first; raises nothing."""
    query = select(Call.year).where(Call.contract_id == contract_id)
    return list(session.scalars(query.order_by(Call.year.desc())))
