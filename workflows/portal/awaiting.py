"""What waits for a pilot: opinions to give, reports to review. Of the applications only those shown are read."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import Application, Call, Fiche, Obligation, Opinion, Organisation, Report
from models.vocabulary import ReportEnding, ReportKind, ReportStatus, State
from workflows.accounts.sight import Sight, led_by
from workflows.applications.filtering import Filters
from workflows.applications.picking import ids_in_order
from workflows.obligations import LIVE

A_PAGE = 50  # shown at a time; the most urgent first
COUNTED = 99  # beyond, « 99+ » says enough, and the urgent ones are those of the first so many


class Waiting(NamedTuple):
    """One application that waits for the pilot."""

    reference: str
    title: str
    applicant: str
    fiche: str
    requested: Decimal
    voted: Decimal
    due: date | None
    ending: ReportEnding | None = None
    received_on: date | None = None
    report_id: int | None = None


def opinions_to_give(
    session: Session, contract_id: int, pilots: Collection[int], fiche: str = ""
) -> tuple[list[Waiting], int]:
    """Eligible applications that none of these organisations gave an opinion on, and how many in all.

    Those of one fiche when it is named. They are counted up to a hundred. Raises nothing.
    """
    sight = Sight(contract_id, pilots=frozenset(pilots))
    filters = Filters(state=State.ELIGIBLE, fiche=fiche or None, limit=COUNTED + 1)
    picked = ids_in_order(session, sight, filters, no_opinion_of(pilots))
    return _rows(session, picked, Duty.PILOT_OPINION)


def reports_to_review(
    session: Session, contract_id: int, pilots: Collection[int]
) -> tuple[list[Waiting], int]:
    """Applications whose final report awaits its review, and how many in all, up to a hundred.

    Raises nothing.
    """
    picked = (
        select(Report.application_id.label("id"))
        .join(Application, Application.id == Report.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(*_AWAITED, Call.contract_id == contract_id)
        .where(Application.fiche_id.in_(led_by(pilots)))
        .order_by(Report.application_id)
        .limit(COUNTED + 1)
    )
    return _rows(session, picked, Duty.REPORT_REVIEW, reports=True)


def no_opinion_of(pilots: Collection[int]) -> ColumnElement[bool]:
    """The condition that none of these organisations gave its opinion; raises nothing."""
    return ~exists().where(
        Opinion.application_id == Application.id, Opinion.organisation_id.in_(pilots)
    )


_AWAITED = (Report.kind == ReportKind.FINAL, Report.status == ReportStatus.RECEIVED)


def _rows(
    session: Session, picked: Select[int], duty: Duty, *, reports: bool = False
) -> tuple[list[Waiting], int]:
    """The most urgent of these, as they are shown, and how many there are."""
    due = _due(session, picked, duty)
    first = sorted(due, key=lambda number: (due[number] or date.max, number))[:A_PAGE]
    query: Select[*tuple[Any, ...]] = (
        select(
            Application.id, Application.reference, Application.title, Organisation.name, Fiche.number,
            Application.requested, Application.voted,
        )
        .join(Fiche, Fiche.id == Application.fiche_id)
        .join(Organisation, Organisation.id == Application.applicant_id)
        .where(Application.id.in_(first))
    )  # fmt: skip
    if reports:
        query = query.join(Report, Report.application_id == Application.id).where(*_AWAITED)
        query = query.add_columns(Report.ending, Report.received_on, Report.id)
    found: dict[int, tuple[Any, ...]] = {
        row.id: (*row[1:7], due[row.id], *row[7:]) for row in session.execute(query)
    }
    return [Waiting(*found[number]) for number in first if number in found], len(due)


def _due(session: Session, picked: Select[int], duty: Duty) -> dict[int, date | None]:
    """When the pilot owes it, by application; None for those that owe nothing."""
    those = picked.subquery()
    owed = (Obligation.application_id == those.c.id) & (Obligation.duty == duty)
    query = (
        select(those.c.id, func.min(Obligation.effective_on))
        .outerjoin(Obligation, owed & Obligation.status.in_(LIVE))
        .group_by(those.c.id)
    )
    return {number: day for number, day in session.execute(query)}  # noqa: C416 # rows, not pairs
