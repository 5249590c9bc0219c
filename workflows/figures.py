"""The figures of a call, off the tallies: amounts per funder, how long things wait."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from models import (
    Application,
    Call,
    FunderTally,
    Organisation,
)
from models.vocabulary import State

OLD = (30, 60, 90)  # days
COUNTED = 999
OPEN = tuple(state for state in State if state is not State.CLOSED)


class OfFunder(NamedTuple):
    """What one funder was asked, gives and has paid, in one call."""

    id: int
    name: str
    applications: int
    asked: Decimal
    voted: Decimal
    paid: Decimal
    repaid: Decimal


def by_funder(session: Session, contract_id: int, year: int) -> list[OfFunder]:
    """Every funder of the call, the most asked first; raises nothing."""
    asked = func.sum(FunderTally.asked)
    query = (
        select(
            Organisation.id, Organisation.name, func.sum(FunderTally.applications), asked,
            func.sum(FunderTally.voted), func.sum(FunderTally.paid), func.sum(FunderTally.repaid),
        )
        .join(FunderTally, FunderTally.funder_id == Organisation.id)
        .join(Call, Call.id == FunderTally.call_id)
        .where(Call.contract_id == contract_id, Call.year == year)
        .group_by(Organisation.id, Organisation.name)
        .having(func.sum(FunderTally.applications) > 0)
        .order_by(asked.desc(), Organisation.name)
    )  # fmt: skip
    return [OfFunder(i, n, int(c), *amounts) for i, n, c, *amounts in session.execute(query)]


def oldest_of_states(session: Session, contract_id: int, year: int) -> dict[State, datetime | None]:
    """For each open state since when the oldest stands there, None when none does; raises nothing."""
    call = select(Call.id).where(Call.contract_id == contract_id, Call.year == year)
    oldest = [
        select(literal(state.value), func.min(Application.state_since)).where(
            Application.call_id == call.scalar_subquery(), Application.state == state
        )
        for state in OPEN
    ]
    found = {row[0]: row[1] for row in session.execute(union_all(*oldest))}
    return {state: found.get(state.value) for state in OPEN}


def beyond_marks(
    session: Session, contract_id: int, year: int, now: datetime
) -> dict[State, tuple[int, ...]]:
    """For each open state how many stand there for longer than each of `OLD`; raises nothing.

    Counted up to a thousand.
    """
    call = select(Call.id).where(Call.contract_id == contract_id, Call.year == year)
    marks = [_beyond(call.scalar_subquery(), state, days, now) for state in OPEN for days in OLD]
    counts = {(row[0], row[1]): row[2] for row in session.execute(union_all(*marks))}
    return {state: tuple(counts[state.value, days] for days in OLD) for state in OPEN}


def _beyond(call_id: Any, state: State, days: int, now: datetime) -> Select[str, int, int]:
    """How many stand in that state for longer than so many days, counted up to a thousand."""
    within = (
        select(literal(1))
        .where(
            Application.call_id == call_id,
            Application.state == state,
            Application.state_since < now - timedelta(days=days),
        )
        .limit(COUNTED + 1)
        .subquery()
    )
    return select(literal(state.value), literal(days), func.count()).select_from(within)
