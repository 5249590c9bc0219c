"""What a day's reminders are computed from, read once: obligations with a rung reached, rungs taken, addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from models import (
    Application,
    Call,
    Contact,
    Fiche,
    FichePilot,
    Obligation,
    ObligationChange,
    Person,
    RoleGrant,
)
from models.vocabulary import Role
from notifications.preferences import weekly_readers
from notifications.recipients import contacts_of, managers_of
from workflows.deadlines import civil_date
from workflows.heard import Heard, parts, read_heard
from workflows.reached import Taken, reached, taken_rungs
from workflows.rules import Rules

IN_FULL = (
    select(Obligation)
    .where(Obligation.id.in_(bindparam("keys", expanding=True)))
    .options(
        joinedload(Obligation.organisation),
        joinedload(Obligation.application).options(
            joinedload(Application.contact),
            joinedload(Application.call).joinedload(Call.contract),
            joinedload(Application.fiche)
            .selectinload(Fiche.pilots)
            .joinedload(FichePilot.organisation),
        ),
    )
    .order_by(Obligation.effective_on, Obligation.id)
)
CHANGED = (
    select(ObligationChange.obligation_id, func.max(ObligationChange.at))
    .where(ObligationChange.obligation_id.in_(bindparam("keys", expanding=True)))
    .group_by(ObligationChange.obligation_id)
)


@dataclass(slots=True)
class Book:
    """Everything that a plan looks at, read once: live obligations, rungs taken, addresses."""

    obligations: Sequence[Obligation]
    taken: Taken
    contacts: dict[int, list[Contact]]
    managers: dict[int, list[Person | None]] = field(default_factory=dict)  # None: the mailbox
    heard: Heard = field(default_factory=Heard)
    weekly: set[int] = field(default_factory=set)  # persons who want one digest a week


def read_book(session: Session, until: date, rules: Rules) -> Book:
    """What calls for a reminder up to `until`: only obligations with a rung reached are loaded.

    Raises nothing.
    """
    taken = taken_rungs(session)
    return book_of(session, reached(session, until, rules, taken), taken)


def book_of(session: Session, numbers: Sequence[int], taken: Taken | None = None) -> Book:
    """The same, of the obligations of these numbers; raises nothing."""
    obligations = obligations_in_full(session, numbers)
    contracts = {o.application.call.contract_id for o in obligations}
    return Book(
        obligations,
        taken_rungs(session) if taken is None else taken,
        contacts_of(session, {i for o in obligations for i in _organisations(o)}),
        {contract: _managers(session, contract) for contract in contracts},
        read_heard(session, obligations),
        weekly_readers(session),
    )


def obligations_in_full(session: Session, numbers: Sequence[int]) -> list[Obligation]:
    """Obligations with all that a reminder says of them; raises nothing."""
    return [
        obligation
        for keys in parts(numbers)
        for obligation in session.scalars(IN_FULL, {"keys": keys})
    ]


def last_changes(session: Session, obligation_ids: Sequence[int]) -> dict[int, date]:
    """The civil date on which each obligation was last opened, moved or put back; raises nothing."""
    return {
        key: civil_date(at)
        for keys in parts(obligation_ids)
        for key, at in session.execute(CHANGED, {"keys": keys})
    }


def _managers(session: Session, contract_id: int) -> list[Person | None]:
    """The managers, else the administrators, else nobody: then the mailbox that answers go to."""
    managers = managers_of(session, contract_id)
    if managers:
        return [*managers]
    granted = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.ADMINISTRATOR,
        or_(RoleGrant.contract_id == contract_id, RoleGrant.contract_id.is_(None)),
    )
    query = select(Person).where(Person.active, Person.id.in_(granted)).order_by(Person.id)
    return [*session.scalars(query)] or [None]


def _organisations(obligation: Obligation) -> Iterator[int]:
    yield obligation.organisation_id
    for pilot in obligation.application.fiche.pilots[:1]:
        yield pilot.organisation_id
