"""Where the fiches of a contract stand in one call: actions, amounts off the tallies, what is late."""

from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Application, Call, Enjeu, Fiche, FunderTally, Obligation, Tally
from models.vocabulary import ObligationStatus, State
from workflows.accounts.sight import led_by

LATE = 1000  # duties looked at, to say how many are late on each fiche


class Sums(NamedTuple):
    """Amounts of several applications together."""

    requested: Decimal
    voted: Decimal
    paid: Decimal


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


def sums_of_fiche(session: Session, contract_id: int, year: int, fiche_id: int) -> Sums:
    """What was asked, voted and paid on one fiche in one call; raises nothing."""
    one = _fiches(contract_id, year).where(Fiche.id == fiche_id)
    *_counts, requested, voted, paid = session.execute(one).one()
    zero = Decimal(0)
    return Sums(requested or zero, voted or zero, paid or zero)


def by_fiche(
    session: Session, contract_id: int, year: int, today: object, pilot_id: int | None = None
) -> list[OfFiche]:
    """Every fiche of the contract (of one pilot) with its applications of that call; raises nothing.

    What is late is counted among the `LATE` oldest.
    """
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
    """How many obligations are late on each fiche, among the thousand oldest."""
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
        .limit(LATE)
        .subquery()
    )
    rows = session.execute(select(some.c.fiche, func.count()).group_by(some.c.fiche))
    return {row[0]: row[1] for row in rows}
