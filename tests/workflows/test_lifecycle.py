"""The table is whole, says the same as the design, and every state has a way out."""

import pytest

from config.labels import OUTCOMES, STATES, TRIGGERS, event_label
from models.errors import Refused
from models.vocabulary import Act, Outcome, Role, State, Trigger
from tests.workflows.world import DECIDED, NOT_ACTS, World
from workflows.blockers import blockers, prepare, step_of
from workflows.lifecycle import ACT, ACTS, CORRECTION, MACHINE, STEPS
from workflows.move import Given

S, T, R, O = State, Trigger, Role, Outcome  # noqa: E741 # one letter a vocabulary, in a table
DESIGN = {  # DESIGN §3, line by line
    T.SUBMIT: ((), S.SUBMITTED, {R.GRANTEE, R.MANAGER, R.IMPORT}, None),
    T.DECLARE_ELIGIBLE: ((S.SUBMITTED,), S.ELIGIBLE, {R.MANAGER, R.PILOT}, None),
    T.DECLARE_INELIGIBLE: ((S.SUBMITTED,), S.CLOSED, {R.MANAGER}, O.INELIGIBLE),
    T.REFER: ((S.ELIGIBLE,), S.COMMITTEE, {R.MANAGER}, None),
    T.DEFER: ((S.COMMITTEE,), S.ELIGIBLE, {R.MANAGER}, None),
    T.AWARD: ((S.COMMITTEE,), S.FUNDED, {R.MANAGER}, None),
    T.REFUSE: ((S.COMMITTEE,), S.CLOSED, {R.MANAGER}, O.REFUSED),
    T.START_REPORTING: ((S.FUNDED,), S.REPORTING, {R.SYSTEM, R.MANAGER}, None),
    T.ACCEPT_REPORT: ((S.REPORTING,), S.CLOSED, {R.MANAGER}, O.COMPLETED),
    T.DECLARE_NOT_CARRIED_OUT: (
        (S.FUNDED, S.REPORTING), S.CLOSED, {R.MANAGER}, O.NOT_CARRIED_OUT),
    T.WITHDRAW: (
        (S.SUBMITTED, S.ELIGIBLE, S.COMMITTEE), S.CLOSED, {R.GRANTEE, R.MANAGER}, O.WITHDRAWN),
}  # fmt: skip
MOVES = [trigger for trigger in Trigger if trigger is not T.SUBMIT]


def test_the_table_is_that_of_the_design() -> None:
    assert {
        step.trigger: (step.sources, step.dest, set(step.by), step.outcome) for step in STEPS
    } == DESIGN


def test_the_table_leaves_nothing_out() -> None:
    assert [*(step.trigger for step in STEPS), CORRECTION.trigger] == list(Trigger)
    assert {step.dest for step in STEPS} == set(State)
    assert {step.outcome for step in STEPS} - {None} == set(Outcome)
    assert set(STATES) == set(State)
    assert set(OUTCOMES) == set(Outcome)
    assert set(TRIGGERS) == set(Trigger)
    assert {rule.act for rule in ACTS} == set(Act) - NOT_ACTS
    assert len(ACT) == len(ACTS)


def test_every_guard_has_its_own_code_and_sentence() -> None:
    guards = {guard for step in (*STEPS, CORRECTION) for guard in step.guards}
    assert len({guard.code for guard in guards}) == len(guards)
    assert len({guard.otherwise for guard in guards}) == len(guards)


def test_every_state_reaches_an_end_and_the_end_is_an_end() -> None:
    after = {state: {s.dest for s in STEPS if state in s.sources} for state in State}
    assert after[S.CLOSED] == set()
    for start in State:
        reached, todo = {start}, [start]
        while todo:
            new = after[todo.pop()] - reached
            reached |= new
            todo += new
        assert S.CLOSED in reached


def test_the_machine_has_every_edge_and_its_way_back_and_no_other() -> None:
    edges = {
        (trigger, source.name, transition.dest)
        for trigger, event in MACHINE.events.items()
        for source_name, transitions in event.transitions.items()
        for source in [State[source_name]]
        for transition in transitions
    }
    forth = {(s.trigger.value, source.name, s.dest.name) for s in STEPS for source in s.sources}
    back = {("correct", s.dest.name, source.name) for s in STEPS for source in s.sources}
    assert edges == forth | back
    assert MACHINE.models == []


@pytest.mark.parametrize("state", list(State))
def test_every_state_trigger_and_role(world: World, state: State) -> None:
    """The engine allows exactly what the table says, for each of 6 x 11 x 8 combinations."""
    application = world.brought_to(state)
    for trigger in MOVES:
        for role, actor in world.actors(application).items():
            move = prepare(world.session, application, trigger, actor, DECIDED, given=Given())
            codes = {reason.code for reason in blockers(move)}
            step = step_of(trigger)
            managing = {R.MANAGER, R.ADMINISTRATOR} if R.MANAGER in step.by else set()
            allowed = role in ({*step.by} - {R.MANAGER} | managing)
            assert ("wrong_state" in codes) == (state not in step.sources), (trigger, role)
            if state in step.sources:
                assert ("not_allowed" in codes) == (not allowed), (trigger, role)


@pytest.mark.parametrize("state", list(State))
def test_a_stranger_may_do_nothing(world: World, state: State) -> None:
    from workflows.actors import Actor

    application = world.brought_to(state)
    elsewhere = world.organisations("CLSPD")["CLSPD"]
    strangers = [
        Actor(((R.PILOT, elsewhere),)),
        Actor(((R.GRANTEE, elsewhere),)),
        Actor((), person_id=999_999),
        Actor(()),
    ]
    for stranger in strangers:
        for trigger in MOVES:
            with pytest.raises(Refused):
                world.fire(application, trigger, DECIDED, actor=stranger, reason="essai")
    assert application.state is state


def test_every_trigger_and_act_has_its_words() -> None:
    assert [what for what in (*Trigger, *Act) if not event_label(what)] == []
