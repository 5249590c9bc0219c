"""A correction puts back state, fields and obligations, takes back mail that has not left, and corrects what has."""

from datetime import UTC
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from config.vocabulary import Duty
from models import Application, JournalEntry, Message, Obligation, ObligationChange
from models.errors import Refused
from models.vocabulary import (
    DatedChange,
    LineStatus,
    MessageStatus,
    ObligationStatus,
    State,
    Trigger,
)
from tests.workflows.world import CHECKED, DECIDED, ENDED, SESSION, World, award, day
from workflows.agreements import sign_agreement

LATER = day(2021, 3, 22)


def correct(world: World, application: Application) -> Application:
    world.fire(application, Trigger.CORRECT, LATER, reason="Erreur de saisie")
    return world.again(application)


def statuses(world: World, application: Application) -> dict[Duty, ObligationStatus]:
    query = select(Obligation).where(Obligation.application_id == application.id)
    return {o.duty: o.status for o in world.session.scalars(query.order_by(Obligation.id))}


@pytest.mark.parametrize(
    "state", [State.ELIGIBLE, State.COMMITTEE, State.FUNDED, State.REPORTING, State.CLOSED]
)
def test_each_state_goes_back_to_the_one_before(world: World, state: State) -> None:
    before = list(State)[list(State).index(state) - 1]
    application = correct(world, world.brought_to(state))
    assert (application.state, application.outcome) == (before, None)


def test_the_first_state_has_nothing_to_correct(world: World) -> None:
    application = world.submitted()
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.CORRECT, LATER, reason="Erreur")
    assert {reason.code for reason in refused.value.reasons} == {"step_to_correct"}


def test_a_correction_needs_a_reason(world: World) -> None:
    application = world.brought_to(State.ELIGIBLE)
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.CORRECT, LATER)
    assert {reason.code for reason in refused.value.reasons} == {"reason_given"}


def test_an_award_taken_back_leaves_lines_undecided_and_nothing_owed_for_it(world: World) -> None:
    state = world.organisations("État")["État"]
    application = world.brought_to(
        State.COMMITTEE,
        asked={state: Decimal(40000)},
        charges=Decimal(50000),
        resources=Decimal(50000),
    )
    award(world, application)
    sign_agreement(world.desk(DECIDED), application, application.lines[0], SESSION)
    assert statuses(world, application)[Duty.PUBLICATION] is ObligationStatus.OPEN

    application = correct(world, application)

    (line,) = application.lines
    assert (line.status, line.voted, line.decided_on) == (LineStatus.PENDING, None, None)
    assert (line.decision_reference, line.agreement_signed_on) == (None, None)
    assert (application.voted, application.session_id is not None) == (Decimal(0), True)
    now = statuses(world, application)
    assert now[Duty.FINAL_REPORT] is ObligationStatus.CANCELLED
    assert now[Duty.PUBLICATION] is ObligationStatus.CANCELLED

    award(world, application)
    assert application.state is State.FUNDED
    assert statuses(world, application)[Duty.FINAL_REPORT] is ObligationStatus.OPEN


def test_a_mistaken_closing_puts_the_duties_back(world: World) -> None:
    application = world.submitted()
    world.fire(application, Trigger.DECLARE_INELIGIBLE, CHECKED, reason="Hors sujet")
    assert statuses(world, application)[Duty.ELIGIBILITY_CHECK] is ObligationStatus.MET

    application = correct(world, application)

    assert application.state is State.SUBMITTED
    assert statuses(world, application)[Duty.ELIGIBILITY_CHECK] is ObligationStatus.OPEN
    changes = world.session.scalars(
        select(ObligationChange.change).order_by(ObligationChange.id)
    ).all()
    assert changes == [DatedChange.OPENED, DatedChange.MET, DatedChange.REOPENED]


def test_mail_that_has_not_left_is_cancelled_and_nothing_else_is_written(world: World) -> None:
    application = world.submitted()
    world.fire(application, Trigger.DECLARE_INELIGIBLE, CHECKED, reason="Hors sujet")

    correct(world, application)

    (message,) = world.session.scalars(select(Message).where(Message.template == "ineligible"))
    assert message.status is MessageStatus.CANCELLED
    assert message.outcome
    assert (
        world.session.scalars(select(Message).where(Message.template == "correction")).all() == []
    )


def test_mail_that_has_left_is_corrected_by_another(world: World) -> None:
    application = world.submitted()
    world.fire(application, Trigger.DECLARE_INELIGIBLE, CHECKED, reason="Hors sujet")
    world.session.execute(
        update(Message)
        .where(Message.template == "ineligible")
        .values(status=MessageStatus.SENT, sent_at=CHECKED.astimezone(UTC))
    )
    world.session.expire_all()

    correct(world, world.again(application))

    (message,) = world.session.scalars(select(Message).where(Message.template == "correction"))
    assert message.recipient == "ines@porteur.example"
    assert message.status is MessageStatus.WAITING


def test_corrections_go_back_step_by_step_and_can_be_done_again(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    application = correct(world, application)
    application = correct(world, application)
    assert application.state is State.SUBMITTED

    world.fire(application, Trigger.DECLARE_ELIGIBLE, LATER)
    application = correct(world, world.again(application))
    assert application.state is State.SUBMITTED
    with pytest.raises(Refused):
        world.fire(application, Trigger.CORRECT, LATER, reason="Encore")


def test_the_journal_keeps_the_step_and_its_correction(world: World) -> None:
    application = correct(world, world.brought_to(State.ELIGIBLE))
    entries = world.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.application_id == application.id)
        .order_by(JournalEntry.seq)
    ).all()
    assert [entry.action for entry in entries] == ["submit", "declare_eligible", "correct"]
    assert entries[-1].facts["undoes"] == entries[-2].seq


def test_a_deferred_application_keeps_what_funders_had_decided(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    world.fire(application, Trigger.DEFER, DECIDED, reason="Budget à préciser")
    application = world.again(application)
    assert (application.state, application.session_id) == (State.ELIGIBLE, None)
    application = correct(world, application)
    assert (application.state, application.session_id) == (
        State.COMMITTEE,
        application.call.sessions[0].id,
    )


def test_not_carried_out_can_be_taken_back(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    world.fire(
        application,
        Trigger.DECLARE_NOT_CARRIED_OUT,
        ENDED,
        reason="Annulée",
        to_repay=Decimal(13000),
    )
    application = correct(world, world.again(application))
    assert (application.state, application.to_repay) == (State.FUNDED, None)
    now = statuses(world, application)
    assert now[Duty.REPAYMENT] is ObligationStatus.CANCELLED
    assert now[Duty.FINAL_REPORT] is ObligationStatus.OPEN
