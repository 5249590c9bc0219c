"""Whatever people do, in whatever order, what must always hold holds: a model check by random walks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import Application, JournalEntry, Obligation
from models.errors import BadInput, Refused
from models.vocabulary import ObligationStatus, ReportKind, State, Trigger, Verdict
from tests.workflows.world import CHECKED, World
from workflows.acts import ask_piece, give_opinion, receive_piece
from workflows.agreements import sign_agreement
from workflows.audit import verify
from workflows.blockers import blockers, prepare, step_of
from workflows.grants import postpone, receive_report, review_report
from workflows.move import Given
from workflows.obligations import LIVE, OUTLIVE_CLOSING
from workflows.queries import get_contract

Deed = Callable[[World, Application, datetime], object]


def trigger(name: Trigger) -> Deed:
    def fire(world: World, application: Application, now: datetime) -> object:
        to_come = [s.id for s in application.call.sessions if s.held_on >= now.date()]
        return world.fire(
            application,
            name,
            now,
            reason="essai",
            session_id=to_come[0] if to_come else None,
            amounts={line.id: line.asked for line in application.lines}
            if name is Trigger.AWARD
            else {},
            decision_reference="D1",
            decided_on=now.date(),
            to_repay=Decimal(10),
        )

    return fire


def opinion(world: World, application: Application, now: datetime) -> object:
    pilot = application.fiche.pilots[0].organisation
    return give_opinion(world.desk(now), application, pilot, Verdict.FAVOURABLE)


def sign(world: World, application: Application, now: datetime) -> None:
    sign_agreement(world.desk(now), application, application.lines[0])


DEEDS: list[Deed] = [
    *(trigger(name) for name in Trigger if name is not Trigger.SUBMIT),
    opinion,
    sign,
    lambda w, a, now: ask_piece(w.desk(now), a, "RIB"),
    lambda w, a, now: receive_piece(w.desk(now), a, "RIB"),
    lambda w, a, now: receive_report(w.desk(now), a, ReportKind.FINAL),
    lambda w, a, now: receive_report(w.desk(now), a, ReportKind.INTERIM),
    lambda w, a, now: review_report(w.desk(now), a, accept=True),
    lambda w, a, now: review_report(w.desk(now), a, accept=False, reason="à revoir"),
    lambda w, a, now: postpone(w.desk(now), a, a.ends_on + timedelta(days=30), "retard"),
]
OWED_WHILE = {  # a state in which somebody else's move is awaited always has a duty running
    State.SUBMITTED: 1,
    State.ELIGIBLE: 0,
    State.COMMITTEE: 0,
    State.FUNDED: 0,
    State.REPORTING: 0,
    State.CLOSED: 0,
}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(range(len(DEEDS))), min_size=4, max_size=24))
def test_whatever_people_do_the_rules_hold(world: World, choices: list[int]) -> None:
    with world.session.begin_nested() as savepoint:
        application = world.submitted()
        now, refusals = CHECKED, list[str]()
        for choice in choices:
            now += timedelta(days=2)
            try:
                with world.session.begin_nested():
                    DEEDS[choice](world, application, now)
            except (Refused, BadInput) as no:
                refusals.append(str(no))
            application = world.again(application)
            check(world, application, now)
        assert list(verify(world.session, get_contract(world.session))) == []
        assert all(refusals)
        savepoint.rollback()
    world.session.info.clear()
    world.session.expire_all()


def check(world: World, application: Application, now: datetime) -> None:
    """What must hold after each deed."""
    obligations = world.session.scalars(
        select(Obligation).where(Obligation.application_id == application.id)
    ).all()
    live = [o for o in obligations if o.status in LIVE]
    assert all(o.organisation_id for o in obligations), "nobody owes it"
    assert (application.state is State.CLOSED) == (application.outcome is not None)
    if application.state is State.CLOSED:
        assert {o.duty for o in live} <= OUTLIVE_CLOSING
    assert len(live) >= OWED_WHILE[application.state]
    assert state_by_journal(world, application) is application.state
    assert sum((line.voted or 0 for line in application.lines), Decimal(0)) == application.voted
    assert has_a_way_out(world, application, now)


def state_by_journal(world: World, application: Application) -> State | None:
    """Where the journal alone says the application is."""
    entries = world.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.application_id == application.id, JournalEntry.dest.is_not(None))
        .order_by(JournalEntry.seq)
    ).all()
    for before, after in pairwise(entries):
        assert after.source is before.dest
    return entries[-1].dest


def has_a_way_out(world: World, application: Application, now: datetime) -> bool:
    """Open, it can be moved by somebody, or somebody is named for each thing that holds it back."""
    if application.state is State.CLOSED:
        return True
    for name in Trigger:
        if name is Trigger.SUBMIT or application.state not in step_of(name).sources:
            continue
        move = prepare(
            world.session, application, name, world.manager, now, given=Given(reason="essai")
        )
        reasons = blockers(move)
        if not reasons or all(reason.fixed_by for reason in reasons):
            return True
    return False


def test_paused_and_met_are_told_apart(world: World) -> None:
    application = world.submitted()
    ask_piece(world.desk(CHECKED), application, "RIB")
    statuses = set(world.session.scalars(select(Obligation.status)))
    assert statuses == {ObligationStatus.PAUSED, ObligationStatus.OPEN}
