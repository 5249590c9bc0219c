"""The life of an application, as one table: read STEPS to know what Jalon allows (DESIGN §3).

Buttons, refusals, the diagram and the tests are read off it. The machine is
`transitions`, one for all applications; no model is registered with it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from transitions import Machine

from models.vocabulary import Act, Outcome, Role, State, Trigger
from workflows.guards import (
    ALL_DECIDED,
    BALANCED,
    CALL_STILL_OPEN,
    COMPLETE,
    DECIDED_IN_TIME,
    DECISION_DATED,
    ENDED,
    FICHE_OPEN,
    HAS_PREVIOUS,
    IDENTIFIED,
    IN_TIME,
    NOTHING_PAID,
    ONE_VOTED,
    OPINION,
    PRIOR_REPORT,
    REASON,
    REASON_ONCE_CLOSED,
    REPAYMENT,
    REPORTED,
    SAME_APPLICANT,
    SESSION,
    SIGNED,
    SOMETHING_ASKED,
    WITHIN_ASKED,
    Guard,
)

S, T, R = State, Trigger, Role


class Step(NamedTuple):
    """One line of the table."""

    trigger: Trigger
    sources: tuple[State, ...]
    dest: State
    by: tuple[Role, ...]
    guards: tuple[Guard, ...] = ()
    outcome: Outcome | None = None


STEPS = (
    Step(T.SUBMIT, (), S.SUBMITTED, (R.GRANTEE, R.MANAGER, R.IMPORT),
         (IN_TIME, FICHE_OPEN, SOMETHING_ASKED, BALANCED, IDENTIFIED)),
    Step(T.DECLARE_ELIGIBLE, (S.SUBMITTED,), S.ELIGIBLE, (R.MANAGER, R.PILOT),
         (COMPLETE, PRIOR_REPORT)),
    Step(T.DECLARE_INELIGIBLE, (S.SUBMITTED,), S.CLOSED, (R.MANAGER,), (REASON,), Outcome.INELIGIBLE),
    Step(T.REFER, (S.ELIGIBLE,), S.COMMITTEE, (R.MANAGER,), (SESSION, OPINION)),
    Step(T.DEFER, (S.COMMITTEE,), S.ELIGIBLE, (R.MANAGER,), (REASON,)),
    Step(T.AWARD, (S.COMMITTEE,), S.FUNDED, (R.MANAGER,),
         (WITHIN_ASKED, ALL_DECIDED, ONE_VOTED, DECISION_DATED, DECIDED_IN_TIME)),
    Step(T.REFUSE, (S.COMMITTEE,), S.CLOSED, (R.MANAGER,), (REASON,), Outcome.REFUSED),
    Step(T.START_REPORTING, (S.FUNDED,), S.REPORTING, (R.SYSTEM, R.MANAGER), (ENDED, SIGNED)),
    Step(T.ACCEPT_REPORT, (S.REPORTING,), S.CLOSED, (R.MANAGER,), (REPORTED,), Outcome.COMPLETED),
    Step(T.DECLARE_NOT_CARRIED_OUT, (S.FUNDED, S.REPORTING), S.CLOSED, (R.MANAGER,),
         (REASON, REPAYMENT), Outcome.NOT_CARRIED_OUT),
    Step(T.WITHDRAW, (S.SUBMITTED, S.ELIGIBLE, S.COMMITTEE), S.CLOSED, (R.GRANTEE, R.MANAGER), (),
         Outcome.WITHDRAWN),
)  # fmt: skip
STEP = {step.trigger: step for step in STEPS}
CORRECTION = Step(
    T.CORRECT, tuple(S), S.SUBMITTED, (R.MANAGER,), (REASON, HAS_PREVIOUS, NOTHING_PAID)
)  # its destination is wherever the application came from


def moves_by_state(roles: frozenset[Role]) -> dict[State, list[Trigger]]:
    """The moves out of each state that these roles may make on what is theirs; raises nothing."""
    held = roles | {Role.MANAGER} if Role.ADMINISTRATOR in roles else roles
    return {
        state: [step.trigger for step in STEPS if state in step.sources and held & {*step.by}]
        for state in State
    }


class ActRule(NamedTuple):
    """An act that changes no state: in which states, and by whom."""

    act: Act
    states: tuple[State, ...]
    by: tuple[Role, ...]
    guards: tuple[Guard, ...] = ()


A = Act
ACTS = (
    ActRule(A.AMEND, (S.SUBMITTED,), (R.MANAGER, R.GRANTEE, R.IMPORT),
            (CALL_STILL_OPEN, REASON_ONCE_CLOSED, SAME_APPLICANT)),
    ActRule(A.ASK_PIECE, (S.SUBMITTED,), (R.MANAGER, R.PILOT)),
    ActRule(A.RECEIVE_PIECE, (S.SUBMITTED,), (R.MANAGER, R.GRANTEE)),
    ActRule(A.RECORD_PRIOR_REPORT, (S.SUBMITTED,), (R.MANAGER, R.GRANTEE)),
    ActRule(A.GIVE_OPINION, (S.ELIGIBLE,), (R.PILOT, R.MANAGER)),
    ActRule(A.WAIVE_OPINION, (S.ELIGIBLE,), (R.MANAGER,)),
    ActRule(A.DECIDE_LINE, (S.COMMITTEE,), (R.MANAGER, R.FUNDER)),
    ActRule(A.SEND_AGREEMENT, (S.FUNDED, S.REPORTING), (R.MANAGER,)),
    ActRule(A.SIGN_AGREEMENT, (S.FUNDED, S.REPORTING), (R.MANAGER,)),
    ActRule(A.PUBLISH_AGREEMENT, (S.FUNDED, S.REPORTING, S.CLOSED), (R.MANAGER,)),
    ActRule(A.RECEIVE_REPORT, (S.FUNDED, S.REPORTING), (R.GRANTEE, R.MANAGER)),
    ActRule(A.RETURN_REPORT, (S.FUNDED, S.REPORTING), (R.PILOT, R.MANAGER)),
    ActRule(A.APPROVE_REPORT, (S.FUNDED, S.REPORTING), (R.PILOT, R.MANAGER)),
    ActRule(A.POSTPONE, (S.FUNDED, S.REPORTING), (R.MANAGER,)),
    ActRule(A.EXTEND, tuple(S), (R.MANAGER,)),
    ActRule(A.RECORD_PAYMENT, (S.FUNDED, S.REPORTING, S.CLOSED), (R.MANAGER, R.FUNDER)),
    ActRule(A.RECORD_REPAYMENT, (S.CLOSED,), (R.MANAGER, R.FUNDER)),
    ActRule(A.CANCEL_PAYMENT, (S.FUNDED, S.REPORTING, S.CLOSED), (R.MANAGER, R.FUNDER)),
    ActRule(A.TAKE_CARE, tuple(S), (R.GRANTEE, R.PILOT, R.MANAGER)),
    ActRule(A.ASK_DELAY, tuple(S), (R.GRANTEE, R.PILOT, R.MANAGER)),
    ActRule(A.SNOOZE, tuple(S), (R.MANAGER,)),
    ActRule(A.SKIP_REMINDER, tuple(S), (R.MANAGER,)),
    ActRule(A.RESUME_REMINDERS, tuple(S), (R.MANAGER,)),
)  # fmt: skip
ACT = {rule.act: rule for rule in ACTS}


def _machine() -> Machine:
    machine = Machine(
        model=None, states=State, initial=None, auto_transitions=False, send_event=True
    )
    for step in STEPS:
        for source in step.sources:
            machine.add_transition(
                step.trigger, source, step.dest, conditions=[g.check for g in step.guards]
            )
            machine.add_transition(T.CORRECT, step.dest, source, conditions=[_goes_back_to(source)])
    return machine


def _goes_back_to(state: State) -> Callable[[Any], bool]:
    return lambda event: event.kwargs["move"].previous is state


MACHINE = _machine()
