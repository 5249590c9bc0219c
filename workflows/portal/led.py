"""The fiches that a pilot leads, with what a call brought to each: off the tallies."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from models import (
    Application,
    Call,
    Fiche,
    Tally,
)
from models.vocabulary import State
from workflows.accounts.sight import led_by
from workflows.fiche_figures import paid_on_fiche
from workflows.portal.awaiting import COUNTED, no_opinion_of


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


def fiches_led(session: Session, call: Call, pilots: Collection[int]) -> list[Led]:
    """The fiches of these organisations in the order of the document; raises nothing.

    The opinions to give are counted up to one more than `COUNTED` on each fiche.
    """
    sums = {row.fiche_id: row for row in session.execute(_standing(call, pilots))}
    opened = {opened.fiche_id for opened in call.fiches}
    fiches = session.execute(
        select(Fiche, paid_on_fiche(call.id), _to_advise(call, pilots))
        .where(
            Fiche.contract_id == call.contract_id,
            Fiche.retired_on.is_(None),
            Fiche.id.in_(led_by(pilots)),
        )
        .order_by(Fiche.position, Fiche.id)
    )
    return [
        _led(fiche, fiche.id in opened, sums.get(fiche.id), to_advise, paid)
        for fiche, paid, to_advise in fiches
    ]


def _standing(call: Call, pilots: Collection[int]) -> Any:
    """How many applications of each fiche stand where, and for how much: off the tallies."""

    def of(*states: State) -> ColumnElement[int]:
        counted = func.sum(Tally.applications)
        return func.coalesce(counted.filter(Tally.state.in_(states)) if states else counted, 0)

    return (
        select(
            Tally.fiche_id,
            of().label("applications"),
            of(State.FUNDED).label("funded"),
            of(State.REPORTING).label("reporting"),
            of(State.CLOSED).label("closed"),
            func.sum(Tally.requested).label("requested"),
            func.sum(Tally.voted).label("voted"),
        )
        .where(Tally.call_id == call.id, Tally.fiche_id.in_(led_by(pilots)))
        .group_by(Tally.fiche_id)
    )


def _to_advise(call: Call, pilots: Collection[int]) -> ScalarSelect[int]:
    """How many applications of a fiche none of these organisations gave an opinion on, so far as they count."""
    first = (
        select(Application.id)
        .where(
            Application.call_id == call.id,
            Application.fiche_id == Fiche.id,
            Application.state == State.ELIGIBLE,
            no_opinion_of(pilots),
        )
        .order_by(Application.id)
        .limit(COUNTED + 1)
        .correlate(Fiche)
        .subquery()
    )
    return select(func.count()).select_from(first).scalar_subquery()


def _led(fiche: Fiche, in_call: bool, sums: Any, to_advise: int, paid: Decimal | None) -> Led:
    paid, nothing = paid or Decimal(0), Decimal(0)
    if sums is None:
        return Led(fiche.number, fiche.title, in_call, 0, 0, 0, 0, 0, nothing, nothing, paid)
    return Led(
        fiche.number,
        fiche.title,
        in_call,
        sums.applications,
        to_advise,
        sums.funded,
        sums.reporting,
        sums.closed,
        sums.requested,
        sums.voted,
        paid,
    )
