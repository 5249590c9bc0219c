"""The days that the offices of a contract are closed besides, and the rules that count with them."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ClosedDay
from workflows.rules import Rules


def closed_days_of(session: Session, contract_id: int) -> dict[date, str]:
    """What each is called, in order; read once a transaction. Raises nothing."""
    known: dict[date, str] | None = session.info.get(("closed days", contract_id))
    if known is None:
        query = select(ClosedDay.day, ClosedDay.label).where(ClosedDay.contract_id == contract_id)
        known = {row.day: row.label for row in session.execute(query.order_by(ClosedDay.day))}
        session.info["closed days", contract_id] = known
    return known


def forget_closed_days(session: Session, contract_id: int) -> None:
    """They changed: who asks next reads them again. Raises nothing."""
    session.info.pop(("closed days", contract_id), None)


def rules_in(session: Session, contract_id: int, rules: Rules) -> Rules:
    """`rules` as they count in that contract, its closed days among those of the file.

    Raises nothing.
    """
    closed = closed_days_of(session, contract_id)
    return replace(rules, calendar=rules.calendar.closed_besides(closed)) if closed else rules
