"""What a pilot has before them: their fiches, opinions to give, reports to review."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import (
    Application,
    Call,
    Fiche,
    Obligation,
    Opinion,
    Organisation,
    Report,
)
from models.vocabulary import ReportEnding, ReportKind, ReportStatus, State
from workflows.accounts.sight import led_by
from workflows.figures import paid_on_fiche
from workflows.obligations import LIVE

AT_MOST = 100  # shown at a time; the most urgent first


class Led(NamedTuple):
    """One fiche that a pilot leads, with what its applications have come to in one call."""

    number: str
    title: str
    in_call: bool
    applications: int
    to_advise: int
    funded: int
    reporting: int
    closed: int
    requested: Decimal
    voted: Decimal
    paid: Decimal


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


def _of_fiches_led_by(pilots: Collection[int]) -> ColumnElement[bool]:
    return Application.fiche_id.in_(led_by(pilots))


def _no_opinion_of(pilots: Collection[int]) -> ColumnElement[bool]:
    return ~exists().where(
        Opinion.application_id == Application.id, Opinion.organisation_id.in_(pilots)
    )


def fiches_led(session: Session, call: Call, pilots: Collection[int]) -> list[Led]:
    """The fiches of these organisations in the order of the document; raises nothing."""
    to_advise = (Application.state == State.ELIGIBLE) & _no_opinion_of(pilots)
    counted = (
        select(
            Application.fiche_id,
            func.count().label("applications"),
            func.count().filter(to_advise).label("to_advise"),
            func.count().filter(Application.state == State.FUNDED).label("funded"),
            func.count().filter(Application.state == State.REPORTING).label("reporting"),
            func.count().filter(Application.state == State.CLOSED).label("closed"),
            func.sum(Application.requested).label("requested"),
            func.sum(Application.voted).label("voted"),
        )
        .where(Application.call_id == call.id, _of_fiches_led_by(pilots))
        .group_by(Application.fiche_id)
    )
    sums = {row.fiche_id: row for row in session.execute(counted)}
    opened = {opened.fiche_id for opened in call.fiches}
    fiches = session.execute(
        select(Fiche, paid_on_fiche(call.id))
        .where(
            Fiche.contract_id == call.contract_id,
            Fiche.retired_on.is_(None),
            Fiche.id.in_(led_by(pilots)),
        )
        .order_by(Fiche.position, Fiche.id)
    )
    return [
        _led(fiche, fiche.id in opened, sums.get(fiche.id), paid or Decimal(0))
        for fiche, paid in fiches
    ]


def _led(fiche: Fiche, in_call: bool, sums: Any, paid: Decimal) -> Led:
    if sums is None:
        return Led(fiche.number, fiche.title, in_call, 0, 0, 0, 0, 0, paid, paid, paid)
    amounts: list[Any] = [*sums[1:], paid]
    return Led(fiche.number, fiche.title, in_call, *amounts)


def opinions_to_give(
    session: Session, contract_id: int, pilots: Collection[int]
) -> tuple[list[Waiting], int]:
    """Eligible applications that none of these organisations gave an opinion on, and how many in all.

    Raises nothing.
    """
    condition = (
        (Application.state == State.ELIGIBLE)
        & (Call.contract_id == contract_id)
        & _of_fiches_led_by(pilots)
        & _no_opinion_of(pilots)
    )
    return _waiting(session, condition, Duty.PILOT_OPINION)


def reports_to_review(
    session: Session, contract_id: int, pilots: Collection[int]
) -> tuple[list[Waiting], int]:
    """Applications whose final report awaits its review, and how many in all; raises nothing."""
    condition = (Call.contract_id == contract_id) & _of_fiches_led_by(pilots)
    return _waiting(session, condition, Duty.REPORT_REVIEW, reports=True)


def _waiting(
    session: Session, condition: ColumnElement[bool], duty: Duty, *, reports: bool = False
) -> tuple[list[Waiting], int]:
    due = _due(duty)
    query: Any = select(
        Application.reference,
        Application.title,
        Organisation.name,
        Fiche.number,
        Application.requested,
        Application.voted,
        due.label("due"),
    )
    if reports:
        query = query.add_columns(Report.ending, Report.received_on, Report.id).join_from(
            Application, Report, _awaited()
        )
    query = (
        query.join_from(Application, Call, Call.id == Application.call_id)
        .join(Fiche, Fiche.id == Application.fiche_id)
        .join(Organisation, Organisation.id == Application.applicant_id)
        .where(condition)
    )
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    ordered = query.order_by(due.is_(None), due, Application.id).limit(AT_MOST)
    return [Waiting(*row) for row in session.execute(ordered)], count


def _due(duty: Duty) -> Any:
    """When the pilot owes it, for the application of the query around."""
    query = select(func.min(Obligation.effective_on)).where(
        Obligation.application_id == Application.id,
        Obligation.duty == duty,
        Obligation.status.in_(LIVE),
    )
    return query.scalar_subquery()


def _awaited() -> ColumnElement[bool]:
    return (
        (Report.application_id == Application.id)
        & (Report.kind == ReportKind.FINAL)
        & (Report.status == ReportStatus.RECEIVED)
    )
