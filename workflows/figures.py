"""The figures of a call, off the tallies: amounts per funder, where the fiches stand, how long things wait."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from models import (
    Application,
    Call,
    Enjeu,
    Fiche,
    FunderTally,
    Obligation,
    Organisation,
    Tally,
)
from models.vocabulary import ObligationStatus, State
from workflows.accounts.sight import led_by

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


class OfFiche(NamedTuple):
    """Where the applications of one fiche stand, and what is late there."""

    number: str
    title: str
    enjeu: int
    in_call: bool
    applications: int
    decided: int  # funded, awaiting their report, or completed
    reporting: int
    closed: int
    requested: Decimal
    voted: Decimal
    paid: Decimal
    late: int
    id: int


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


def by_fiche(
    session: Session, contract_id: int, year: int, today: object, pilot_id: int | None = None
) -> list[OfFiche]:
    """Every fiche of the contract (of one pilot) with its applications of that call; raises nothing."""
    query = _fiches(contract_id, year)
    if pilot_id is not None:
        query = query.where(Fiche.id.in_(led_by({pilot_id})))
    late = _late_by_fiche(session, contract_id, year, today)
    zero = Decimal(0)
    return [
        OfFiche(
            f.number, f.title, enjeu, f.in_call, int(n), int(funded), int(reporting), int(closed),
            asked or zero, voted or zero, paid or zero, late.get(f.id, 0), f.id,
        )
        for f, enjeu, n, funded, reporting, closed, asked, voted, paid in session.execute(query)
    ]  # fmt: skip


def _fiches(contract_id: int, year: int) -> Select[*tuple[Any, ...]]:
    call = select(Call.id).where(Call.contract_id == contract_id, Call.year == year)
    t, count = Tally, Tally.applications
    done = t.state.in_((State.FUNDED, State.REPORTING)) | (t.outcome == "completed")
    return (
        select(
            Fiche,
            Enjeu.number,
            func.coalesce(func.sum(count), 0),
            func.coalesce(func.sum(count).filter(done), 0),
            func.coalesce(func.sum(count).filter(t.state == State.REPORTING), 0),
            func.coalesce(func.sum(count).filter(t.state == State.CLOSED), 0),
            func.sum(t.requested),
            func.sum(t.voted),
            paid_on_fiche(call.scalar_subquery()),
        )
        .join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        .outerjoin(t, (t.fiche_id == Fiche.id) & (t.call_id == call.scalar_subquery()))
        .where(Fiche.contract_id == contract_id)
        .group_by(Fiche.id, Enjeu.number)
        .order_by(Fiche.position)
    )


def paid_on_fiche(call_id: Any) -> Any:
    """What its funders have paid on the applications of a fiche, in one call; raises nothing."""
    return (
        select(func.sum(FunderTally.paid))
        .where(FunderTally.fiche_id == Fiche.id, FunderTally.call_id == call_id)
        .correlate(Fiche)
        .scalar_subquery()
    )


def _late_by_fiche(session: Session, contract_id: int, year: int, today: object) -> dict[int, int]:
    """How many obligations are late on each fiche, among the five thousand oldest."""
    some = (
        select(Application.fiche_id.label("fiche"))
        .join(Obligation, Obligation.application_id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.contract_id == contract_id,
            Call.year == year,
            Obligation.status == ObligationStatus.OPEN,
            Obligation.effective_on < today,
        )
        .order_by(Obligation.effective_on)
        .limit(5000)
        .subquery()
    )
    rows = session.execute(select(some.c.fiche, func.count()).group_by(some.c.fiche))
    return {row[0]: row[1] for row in rows}
