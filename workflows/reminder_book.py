"""What a day's reminders are computed from, read once: obligations with a rung reached, rungs taken, addresses."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import bindparam, func, or_, select, text
from sqlalchemy.orm import Session, joinedload

from config.reminder_policy import Rung
from models import (
    Application,
    Call,
    Contact,
    Fiche,
    FichePilot,
    Obligation,
    ObligationChange,
    Person,
    ReminderStep,
    RoleGrant,
)
from models.vocabulary import Role
from notifications.preferences import weekly_readers
from notifications.recipients import contacts_of, managers_of
from workflows.deadlines import civil_date
from workflows.heard import Heard, parts, read_heard
from workflows.ladder import rungs_due
from workflows.rules import Rules

OPEN = text("obligation.status = 'open'")  # as the partial index says: a closed past costs nothing

Taken = dict[tuple[int, date], set[int]]  # offsets dealt with, by obligation and effective date

# These run every day, on most days to find nothing: built once, they cost half as much.
TAKEN = (
    select(ReminderStep.obligation_id, ReminderStep.for_date, ReminderStep.rung)
    .join(Obligation, Obligation.id == ReminderStep.obligation_id)
    .where(OPEN)
)
NEAR = (
    select(Obligation.id, Obligation.duty, Obligation.effective_on, Obligation.opened_on)
    .where(OPEN, Obligation.effective_on <= bindparam("latest"))
    .order_by(Obligation.effective_on, Obligation.id)
)
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
    taken = _taken(session)
    return book_of(session, _reached(session, until, rules, taken), taken)


def book_of(session: Session, numbers: Sequence[int], taken: Taken | None = None) -> Book:
    """The same, of the obligations of these numbers; raises nothing."""
    obligations = obligations_in_full(session, numbers)
    contracts = {o.application.call.contract_id for o in obligations}
    return Book(
        obligations,
        _taken(session) if taken is None else taken,
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


def _reached(session: Session, until: date, rules: Rules, taken: Taken) -> list[int]:
    ladders = rules.policies.reminders
    lead = max(-rung.offset for rung in (*ladders.default, *_all(ladders.by_kind.values())))
    rows = session.execute(NEAR, {"latest": until + timedelta(days=max(lead, 0))})
    return [
        key
        for key, duty, effective_on, opened_on in rows
        if rungs_due(
            ladders.rungs_for(duty), effective_on, opened_on, taken[key, effective_on], until
        )
    ]


def _organisations(obligation: Obligation) -> Iterator[int]:
    yield obligation.organisation_id
    for pilot in obligation.application.fiche.pilots[:1]:
        yield pilot.organisation_id


def _taken(session: Session) -> Taken:
    taken: Taken = defaultdict(set)
    for obligation_id, for_date, rung in session.execute(TAKEN):
        taken[obligation_id, for_date].add(rung)
    return taken


def _all(ladders: Iterable[tuple[Rung, ...]]) -> Iterator[Rung]:
    for ladder in ladders:
        yield from ladder
