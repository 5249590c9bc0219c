"""Committee days of a call: planned and moved, and the opinions awaited before them moved along."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.vocabulary import Anchor, Duty
from models import (
    Application,
    Call,
    CommitteeSession,
    JournalEntry,
    Obligation,
    ObligationChange,
)
from models.errors import BadInput, Reason, Refused
from models.vocabulary import Act, DatedChange, ObligationStatus, Role
from notifications.redating import redate
from workflows.actors import Actor
from workflows.anchors import known_dates
from workflows.closed_days import rules_in
from workflows.deadlines import Due, civil_date
from workflows.journal import By, record
from workflows.obligations import Ledger
from workflows.queries import whole
from workflows.rules import Rules, rules_of
from workflows.session_mail import follow_session


def plan_session(
    session: Session,
    call: Call,
    held_on: date,
    *,
    actor: Actor,
    now: datetime,
    label: str = "",
    rules: Rules | None = None,
) -> CommitteeSession:
    """Add a committee day to the call; opinions awaited before the next session follow it.

    Raises `BadInput` for one that exists or precedes the opening, `Refused` for who is no manager.
    """
    check_manager(actor)
    _check_day(session, call, held_on)
    planned = CommitteeSession(call_id=call.id, held_on=held_on, label=label or _label(held_on))
    session.add(planned)
    facts = {"year": call.year, "held_on": str(held_on)}
    entry = _entry(session, call, actor, now, facts)
    _realign(session, call, entry, now, rules or rules_of())
    return planned


def move_session(
    session: Session,
    call: Call,
    planned: CommitteeSession,
    held_on: date,
    *,
    actor: Actor,
    now: datetime,
    rules: Rules | None = None,
) -> None:
    """Hold a committee on another day; what is on its agenda stays, what is awaited before it follows.

    Raises `BadInput` for a day that has a session already or a session already held, `Refused`
    for who is no manager.
    """
    check_manager(actor)
    _check_day(session, call, held_on)
    if planned.held_on < civil_date(now):
        raise BadInput(
            _("La séance du {day} a déjà eu lieu : elle ne peut plus être déplacée.").format(
                day=f"{planned.held_on:%d/%m/%Y}"
            )
        )
    was = planned.held_on
    facts = {"year": call.year, "held_on": str(held_on), "instead_of": str(was)}
    if planned.label == _label(was):
        planned.label = _label(held_on)
    planned.held_on = held_on
    entry = _entry(session, call, actor, now, facts)
    follow_session(session, planned, was, entry, now)
    _realign(session, call, entry, now, rules or rules_of())


def check_manager(actor: Actor) -> None:
    """Raises `Refused` unless the actor is a manager or an administrator."""
    if not {role for role, _organisation in actor.grants} & {Role.MANAGER, Role.ADMINISTRATOR}:
        raise Refused([Reason("not_allowed", _("C’est réservé aux responsables du programme."))])


def _label(day: date) -> str:
    return _("Comité du {day}").format(day=f"{day:%d/%m/%Y}")


def _check_day(session: Session, call: Call, held_on: date) -> None:
    exists = session.scalar(
        select(CommitteeSession.id).where(
            CommitteeSession.call_id == call.id, CommitteeSession.held_on == held_on
        )
    )
    if exists or held_on <= call.opens_on:
        raise BadInput(
            _("La séance du {day} existe déjà ou précède l’ouverture de l’appel.").format(
                day=f"{held_on:%d/%m/%Y}"
            )
        )


def _entry(
    session: Session, call: Call, actor: Actor, now: datetime, facts: dict[str, object]
) -> JournalEntry:
    by = By(Role.MANAGER, actor.person_id)
    entry = record(session, call.contract_id, Act.PLAN_SESSION, by, now, facts=facts)
    session.flush()
    return entry


def _realign(
    session: Session, call: Call, entry: JournalEntry, now: datetime, rules: Rules
) -> None:
    """Count again the date of every opinion still awaited in this call."""
    rules = rules_in(session, call.contract_id, rules)
    rows = session.execute(
        select(Obligation, Application)
        .join(Application, Application.id == Obligation.application_id)
        .where(
            Application.call_id == call.id,
            Obligation.duty == Duty.PILOT_OPINION,
            Obligation.status == ObligationStatus.OPEN,
        )
        .options(*whole())
    ).all()
    for obligation, application in rows:
        due = rules.due(
            Duty.PILOT_OPINION,
            {
                **known_dates(session, application, civil_date(now)),
                Anchor.ELIGIBILITY: obligation.opened_on,
            },
            budget_year=call.year,
            created_on=civil_date(now),
        )
        if due.nominal != obligation.nominal_on and not _kept(session, obligation, due):
            obligation.rule = due.rule_text
            ledger = Ledger(session, application, entry, now, rules)
            ledger.move(obligation, due.nominal, DatedChange.MOVED, _("séance du comité"))
            redate(session, application, ledger.moved, now)
    session.flush()


def _kept(session: Session, obligation: Obligation, due: Due) -> bool:
    """Whether a manager gave more time than the new date would leave."""
    extended = session.scalar(
        select(ObligationChange.id)
        .where(
            ObligationChange.obligation_id == obligation.id,
            ObligationChange.change == DatedChange.EXTENDED,
        )
        .limit(1)
    )
    return extended is not None and due.nominal < obligation.nominal_on
