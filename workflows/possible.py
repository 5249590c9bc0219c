"""The moves open from where an application stands: each condition met or not, and what would follow."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.i18n import later
from config.labels import role_label
from models import Application, CommitteeSession
from models.errors import Reason
from models.vocabulary import LineStatus, Trigger
from workflows.actors import Actor
from workflows.advance import Done, advance
from workflows.blockers import blockers, prepare
from workflows.deadlines import civil_date
from workflows.lifecycle import CORRECTION, STEPS, Step
from workflows.move import Given, Move
from workflows.rules import Rules

STAND_IN = "…"  # for a reason that is not written yet, when asking what would follow


class Words(NamedTuple):
    """A condition when it holds; and, for those that the person meets in saying so, what to say."""

    met: str
    to_say: str = ""


CONDITIONS = {  # by the code of the guard
    "no_piece_missing": Words(later("Toutes les pièces demandées sont là.")),
    "prior_report": Words(later("Pas de bilan de l’année précédente en attente.")),
    "reason_given": Words(later("Le motif est donné."), later("Vous écrirez un motif.")),
    "session_dated": Words(
        later("La séance du comité est choisie."), later("Vous choisirez une séance à venir.")
    ),
    "opinion_given": Words(later("L’avis du pilote est donné, ou un responsable a passé outre.")),
    "every_line_decided": Words(
        later("Chaque financeur s’est prononcé."), later("Vous direz le montant de chacun.")
    ),
    "one_line_voted": Words(
        later("Un financeur au moins accorde un montant."),
        later("Un montant au moins sera plus grand que zéro."),
    ),
    "decision_dated": Words(
        later("La décision a une référence et une date."),
        later("Vous direz la référence et la date de la décision."),
    ),
    "decision_in_time": Words(later("La date de la décision n’est ni avant la séance ni à venir.")),
    "amounts_sound": Words(later("Aucun montant n’est négatif.")),
    "agreement_signed": Words(later("Aucune convention ne reste à signer.")),
    "action_ended": Words(later("L’action est terminée, ou un responsable anticipe.")),
    "final_report_accepted": Words(later("Le bilan final est arrivé et approuvé.")),
    "repayment_stated": Words(
        later("Le montant à reverser est indiqué."), later("Vous direz le montant à reverser.")
    ),
    "nothing_paid": Words(later("Aucun versement n’empêche de revenir en arrière.")),
    "step_to_correct": Words(later("Il y a une étape à corriger.")),
}


class Condition(NamedTuple):
    """One condition of a move. `to_say`: it will be met by what the person says with the move."""

    code: str
    text: str
    met: bool
    to_say: bool
    fixed_by: str


class Possible(NamedTuple):
    """A move that this person may make from here, once its conditions hold."""

    trigger: Trigger
    conditions: list[Condition]

    @property
    def open(self) -> bool:
        """Whether nothing stands in the way but what the person has to say."""
        return all(condition.met or condition.to_say for condition in self.conditions)


def possible_moves(
    session: Session,
    application: Application,
    actor: Actor,
    now: datetime,
    *,
    rules: Rules | None = None,
) -> list[Possible]:
    """Every move that `actor` may make from this state, open or not, in the order of the table.

    Raises nothing.
    """
    found = []
    for step in (*STEPS, CORRECTION):
        if step.trigger is Trigger.SUBMIT or application.state not in step.sources:
            continue
        move = prepare(session, application, step.trigger, actor, now, rules=rules)
        nothing_to_correct = step is CORRECTION and move.previous is None
        if move.role(step.by) and not nothing_to_correct:
            found.append(Possible(step.trigger, _conditions(step, move)))
    return found


def _conditions(step: Step, move: Move) -> list[Condition]:
    found = []
    for guard in step.guards:
        words, met = CONDITIONS[guard.code], guard.holds(move)
        to_say = bool(words.to_say) and not met
        text = words.met if met else (words.to_say or guard.otherwise)
        who = "" if met or to_say else role_label(guard.fixed_by)
        found.append(Condition(guard.code, _(text), met, to_say, who))
    return found


def suggested(application: Application, trigger: Trigger, now: datetime) -> Given:
    """What a person most often says with that move: to fill in the form. Raises nothing."""
    held = application.session
    coming = next_session(application, now)
    return Given(
        session_id=coming.id if coming and trigger is Trigger.REFER else None,
        amounts={line.id: line.asked for line in application.lines if _undecided(line.status)}
        if trigger is Trigger.AWARD
        else {},
        decision_reference=held.label if held else "",
        decided_on=decision_day(application, civil_date(now)),
        to_repay=application.paid if trigger is Trigger.DECLARE_NOT_CARRIED_OUT else None,
    )


def decision_day(application: Application, today: date) -> date | None:
    """The day that it was most likely decided: that of its committee, once it came; raises nothing."""
    held = application.session
    return held.held_on if held and held.held_on <= today else None


def next_session(application: Application, now: datetime) -> CommitteeSession | None:
    """The next committee session of its call; raises nothing."""
    coming = (s for s in application.call.sessions if s.held_on >= civil_date(now))
    return min(coming, key=lambda s: s.held_on, default=None)


def _undecided(status: LineStatus) -> bool:
    return status is LineStatus.PENDING


def reasons_against(
    session: Session,
    application: Application,
    trigger: Trigger,
    actor: Actor,
    now: datetime,
    given: Given,
) -> Sequence[Reason]:
    """Why that move, said so, is not possible; nothing when it is. Raises `NotFound`."""
    return blockers(prepare(session, application, trigger, actor, now, given=given))


def foresee(
    session: Session,
    application: Application,
    trigger: Trigger,
    actor: Actor,
    now: datetime,
    given: Given,
) -> Done:
    """Do it, in a transaction that the caller rolls back: what would be owed, and to whom one would write.

    A reason that is not written yet is no obstacle. Raises what `advance()` raises.
    """
    said = given if given.reason.strip() else replace(given, reason=STAND_IN)
    return advance(session, application, trigger, actor, now, given=said)
