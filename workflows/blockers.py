"""Why a move is possible or not: read off the table, every reason at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label, state_label
from models import Application, CommitteeSession
from models.errors import NotFound, Reason
from models.vocabulary import Act, Trigger
from workflows.actors import Actor
from workflows.corrections import last_move
from workflows.lifecycle import CORRECTION, STEP, Step
from workflows.move import Given, Move
from workflows.rules import Rules, rules_of


def step_of(trigger: Trigger | Act) -> Step:
    """The line of the table for `trigger`; raises nothing, but for an act, which has none."""
    return CORRECTION if trigger is Trigger.CORRECT else STEP[Trigger(trigger)]


def prepare(
    session: Session,
    application: Application,
    trigger: Trigger,
    actor: Actor,
    now: datetime,
    *,
    given: Given | None = None,
    rules: Rules | None = None,
) -> Move:
    """The move as the guards will see it; raises `NotFound` for a session that is not of this call."""
    given = given or Given()
    undone = last_move(session, application) if trigger is Trigger.CORRECT else None
    return Move(
        application=application,
        trigger=trigger,
        actor=actor,
        now=now,
        rules=rules or rules_of(),
        given=given,
        session=_session_named(session, application, given),
        previous=undone.source if undone else None,
    )


def blockers(move: Move) -> list[Reason]:
    """Every reason why this move is not possible now; empty when it is. Raises nothing."""
    step = step_of(move.trigger)
    if move.trigger is not Trigger.SUBMIT and move.application.state not in step.sources:
        return [Reason("wrong_state", _wrong_state(move.application))]
    reasons = [] if move.role(step.by) else [Reason("not_allowed", _not_allowed(step))]
    return reasons + [
        Reason(guard.code, _(guard.otherwise), role_label(guard.fixed_by))
        for guard in step.guards
        if not guard.holds(move)
    ]


def _session_named(
    session: Session, application: Application, given: Given
) -> CommitteeSession | None:
    if given.session_id is None:
        return None
    found = session.get(CommitteeSession, given.session_id)
    if found is None or found.call_id != application.call_id:
        raise NotFound(_("Cette séance du comité n’appartient pas à l’appel du dossier."))
    return found


def _wrong_state(application: Application) -> str:
    return _("Ce n’est pas possible pour un dossier « {state} ».").format(
        state=state_label(application.state, application.outcome)
    )


def _not_allowed(step: Step) -> str:
    return _("C’est réservé à : {roles}.").format(roles=", ".join(map(role_label, step.by)))
