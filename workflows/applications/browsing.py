"""Applications as a screen shows them: one page at a time, and what there is to choose from."""

from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Enjeu, Fiche, Organisation
from workflows.accounts.sight import Sight
from workflows.applications.filtering import Filters
from workflows.applications.listing import Row, list_applications

A_PAGE = 50


class Page(NamedTuple):
    """Some rows, and the one to go on after; None on the last page."""

    rows: list[Row]
    last: Row | None

    def next(self, filters: Filters) -> dict[str, object]:
        """What the address of the following page says besides; raises nothing."""
        if self.last is None:
            return {}
        since = self.last.state_since.isoformat() if filters.by_age else ""
        return {"apres": self.last.id, "rang": since}


def one_page(session: Session, sight: Sight, filters: Filters) -> Page:
    """The rows of one page, in the order of the list; raises `NotFound`."""
    asked = replace(filters, limit=A_PAGE + 1)
    rows = list_applications(session, sight.contract_id, asked, sight)
    more = len(rows) > A_PAGE
    return Page(rows[:A_PAGE], rows[A_PAGE - 1] if more else None)


def years_of(session: Session, contract_id: int) -> list[int]:
    """The years of the calls, latest first; raises nothing."""
    query = select(Call.year).where(Call.contract_id == contract_id)
    return list(session.scalars(query.order_by(Call.year.desc())))


class Choices(NamedTuple):
    """What a list may be narrowed to: years, fiches by number, organisations by id."""

    years: list[int]
    enjeux: dict[int, str]
    fiches: dict[str, str]
    organisations: dict[int, str]


def choices(session: Session, contract_id: int) -> Choices:
    """The filters that the contract offers; raises nothing."""
    fiches = session.execute(
        select(Fiche.number, Fiche.title, Enjeu.number, Enjeu.title)
        .join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        .where(Fiche.contract_id == contract_id)
        .order_by(Fiche.position)
    ).all()
    organisations = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.contract_id == contract_id)
        .order_by(Organisation.name)
    )
    return Choices(
        years_of(session, contract_id),
        {number: title for _f, _t, number, title in fiches},
        {number: title for number, title, _e, _n in fiches},
        {row.id: row.name for row in organisations},
    )
