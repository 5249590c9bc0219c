"""Moving an application along its life: the one way its state changes.

Everything happens in the caller's transaction: check, move, journal, obligations,
mail owed. Nothing here talks to the network, and nothing is kept unless that
transaction commits.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from config.i18n import gettext as _
from models import Application, JournalEntry, Message, Obligation
from models.errors import Conflict, Reason, Refused
from models.vocabulary import Act, Outcome, Role, State, Trigger
from notifications.cause import Cause
from notifications.outbox import owe_for
from workflows.actors import Actor
from workflows.blockers import blockers, prepare, step_of
from workflows.corrections import last_move, mail_to_correct, undo
from workflows.effects import EFFECTS, adopted, picture
from workflows.guards import IN_TIME
from workflows.journal import By, record
from workflows.lifecycle import MACHINE, STEP, Step
from workflows.move import Given, Move
from workflows.obligations import Ledger
from workflows.rules import Rules

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What a move wrote: its journal entry, what became owed, and the mail to leave."""

    entry: JournalEntry
    obligations: list[Obligation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


def advance(
    session: Session,
    application: Application,
    trigger: Trigger,
    actor: Actor,
    now: datetime,
    *,
    given: Given | None = None,
    rules: Rules | None = None,
    expected_revision: int | None = None,
    notify: bool = True,
) -> Done:
    """Fire `trigger` for `actor`; `application` must have been loaded whole.

    Raises `Refused` with every reason, `Conflict` when the application is no longer at
    `expected_revision` or someone else changed it meanwhile, `NotFound` for a session that
    is not of its call, `BadInput` when an obligation's date cannot be counted.
    """
    reference = application.reference
    if expected_revision is not None and application.revision != expected_revision:
        raise Conflict(_conflict(reference))
    move = prepare(session, application, trigger, actor, now, given=given, rules=rules)
    if reasons := blockers(move):
        raise Refused(reasons)
    try:
        done = _carry_out(session, move, notify=notify)
        session.flush()
    except StaleDataError as error:
        raise Conflict(_conflict(reference)) from error
    logger.info("application advanced", extra={"reference": reference, "trigger": str(trigger)})
    return done


def _to_undo(session: Session, move: Move) -> JournalEntry | None:
    undone = last_move(session, move.application) if move.previous else None
    if move.previous and not undone:  # it was there a moment ago: somebody was quicker
        raise Conflict(_conflict(move.application.reference))
    return undone


def _carry_out(session: Session, move: Move, *, notify: bool) -> Done:
    application, step = move.application, step_of(move.trigger)
    undone = _to_undo(session, move)
    with session.no_autoflush:  # state, outcome and fields go to the database together
        entry = record(
            session,
            application.call.contract_id,
            move.trigger,
            By(move.role(step.by) or step.by[0], move.actor.person_id),
            move.now,
            application=application,
            source=application.state,
            dest=move.previous or step.dest,
            facts=_facts(move, undone),
            words=move.given.reason,
        )
        ledger = Ledger(session, application, entry, move.now, move.rules)
        _set_state(move, step)
        if undone:
            undo(move, ledger, undone)
        else:
            EFFECTS[Trigger(move.trigger)](move, ledger)
    if not notify:
        return Done(entry, ledger.opened)  # an import flushes many at once
    session.flush()
    corrected = mail_to_correct(session, move.application, undone, move.now) if undone else []
    cause = Cause(
        application, move.trigger, entry, ledger.opened, move.given.reason, move.now, corrected
    )
    return Done(entry, ledger.opened, owe_for(session, cause))


def _facts(move: Move, undone: JournalEntry | None) -> dict[str, Any]:
    if move.trigger is Trigger.SUBMIT:
        application = move.application
        return {"fiche": application.fiche.number, "requested": str(application.requested)}
    return {"before": picture(move.application)} | ({"undoes": undone.seq} if undone else {})


def _set_state(move: Move, step: Step) -> None:
    application = move.application
    if move.trigger is Trigger.SUBMIT:
        application.state = step.dest
    elif not MACHINE.events[move.trigger].trigger(application, move=move):
        raise Refused([Reason("refused_by_the_table", _("L’étape n’est pas possible."))])
    application.outcome = step.outcome
    application.state_since = move.now


def submit(
    session: Session,
    application: Application,
    actor: Actor,
    now: datetime,
    *,
    rules: Rules | None = None,
    notify: bool = True,
) -> Done:
    """Take in a new application, whose relations the caller has set; it becomes `submitted`.

    Raises `Refused` with every reason (call closed, fiche not open, budget, identity), and
    then keeps nothing.
    """
    move = prepare(session, application, Trigger.SUBMIT, actor, now, rules=rules)
    if reasons := blockers(move):
        raise Refused(reasons)
    application.changed_at = now
    session.add(application)
    return _carry_out(session, move, notify=notify)


def adopt(
    session: Session,
    application: Application,
    state: State,
    outcome: Outcome | None,
    actor: Actor,
    now: datetime,
    *,
    rules: Rules | None = None,
    facts: dict[str, Any] | None = None,
) -> Done:
    """Take over an application at the state it has reached in another system; no mail is owed.

    The journal says so in one entry; what is owed from that state on is opened.
    Raises `Refused` when it could not have been submitted (but for its date), `BadInput`
    when an obligation's date cannot be counted.
    """
    move = prepare(session, application, Trigger.SUBMIT, actor, now, rules=rules)
    if reasons := [reason for reason in blockers(move) if reason.code != IN_TIME.code]:
        raise Refused(reasons)
    application.state, application.outcome = state, outcome
    application.state_since = application.changed_at = now
    session.add(application)
    with session.no_autoflush:
        entry = record(
            session,
            application.call.contract_id,
            Act.ADOPT,
            By(move.role(STEP[Trigger.SUBMIT].by) or Role.IMPORT, actor.person_id),
            now,
            application=application,
            dest=state,
            facts=facts,
        )
        ledger = Ledger(session, application, entry, now, move.rules)
        adopted(move, ledger)
    return Done(entry, ledger.opened)


def _conflict(reference: str) -> str:
    return _(
        "Le dossier {reference} vient d’être modifié par quelqu’un d’autre : relisez-le, puis recommencez."
    ).format(reference=reference)
