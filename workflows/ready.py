"""What a manager may move on now, though nobody owes it by a date: how many wait for each step."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from models import Application, Call, CommitteeSession, Opinion, Report
from models.vocabulary import ReportEnding, ReportKind, ReportStatus, State, Trigger
from workflows.bulk import AT_MOST


class Ready(NamedTuple):
    """How many applications in `state` have all that `trigger` waits for from others."""

    trigger: Trigger
    state: State
    many: int


def _advised(_today: date) -> ColumnElement[bool]:
    return exists().where(Opinion.application_id == Application.id)


def _heard(today: date) -> ColumnElement[bool]:
    here = CommitteeSession.id == Application.session_id
    return exists().where(here, CommitteeSession.held_on <= today)


def _accounted_for(_today: date) -> ColumnElement[bool]:
    return exists().where(
        Report.application_id == Application.id,
        Report.kind == ReportKind.FINAL,
        Report.status == ReportStatus.ACCEPTED,
        Report.ending == ReportEnding.CARRIED_OUT,
    )


STEPS: tuple[tuple[Trigger, State, Callable[[date], ColumnElement[bool]]], ...] = (
    (Trigger.REFER, State.ELIGIBLE, _advised),
    (Trigger.AWARD, State.COMMITTEE, _heard),
    (Trigger.ACCEPT_REPORT, State.REPORTING, _accounted_for),
)


def ready_to_move(session: Session, contract_id: int, today: date) -> list[Ready]:
    """The steps that at least one application is ready for, in their order; raises nothing.

    Only the first applications of each state are looked at, as many as a bulk move takes.
    """
    counts = [_count(contract_id, trigger, state, holds(today)) for trigger, state, holds in STEPS]
    found: dict[str, int] = dict(session.execute(union_all(*counts)).all())
    return [Ready(t, state, found[t.value]) for t, state, _holds in STEPS if found[t.value]]


def _count(
    contract_id: int, trigger: Trigger, state: State, holds: ColumnElement[bool]
) -> Select[str, int]:
    first = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(Application.state == state, Call.contract_id == contract_id)
        .order_by(Application.id)
        .limit(AT_MOST)
        .subquery()
    )
    return (
        select(literal(trigger.value), func.count(Application.id))
        .join(first, first.c.id == Application.id)
        .where(holds)
    )
