"""What a move checks, writes, owes; and that a refused one leaves nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import Application, JournalEntry, Message, Obligation
from models.errors import BadInput, Conflict, NotFound, Refused
from models.vocabulary import LineStatus, Outcome, Role, State, Trigger, Verdict
from tests.workflows.world import (
    CHECKED,
    DECIDED,
    ENDED,
    FILED,
    REFERRED,
    SESSION,
    World,
    award,
    day,
)
from workflows.actors import IMPORT, SYSTEM, Actor
from workflows.acts import ask_piece, give_opinion
from workflows.advance import advance, submit
from workflows.agreements import sign_agreement
from workflows.possible import decision_day, suggested
from workflows.submission import build


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def owed(session: Session, application: Application) -> dict[Duty, Obligation]:
    query = select(Obligation).where(
        Obligation.application_id == application.id, Obligation.status == "open"
    )
    return {obligation.duty: obligation for obligation in session.scalars(query)}


def mail(session: Session, template: str) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.template == template)))


def test_submitting_gives_a_reference_an_entry_a_check_and_an_acknowledgement(world: World) -> None:
    application = world.submitted()

    assert (application.reference, application.state) == ("CV112-2021-0001", State.SUBMITTED)
    assert application.form_version == "12156*05"
    check = owed(world.session, application)[Duty.ELIGIBILITY_CHECK]
    assert (check.owed_by, check.effective_on) == (Role.MANAGER, date(2021, 2, 4))
    (acknowledged,) = mail(world.session, "acknowledgement")
    assert acknowledged.recipient == "ines@porteur.example"
    entry = world.session.scalars(
        select(JournalEntry).where(JournalEntry.application_id == application.id)
    ).one()
    assert (entry.action, entry.source, entry.dest) == ("submit", None, State.SUBMITTED)


SPOILT: list[tuple[dict[str, Any], str]] = [
    ({"received_at": datetime(2021, 1, 4, 23, 0, tzinfo=UTC)}, "call_open"),
    ({"received_at": datetime(2020, 11, 24, 22, 59, tzinfo=UTC)}, "call_open"),
    ({"charges": Decimal(19999)}, "budget_balanced"),
    ({"charges": Decimal(100), "resources": Decimal(100)}, "budget_balanced"),
]


@pytest.mark.parametrize(("changes", "code"), SPOILT)
def test_a_submission_is_refused_with_its_reason(
    world: World, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        world.submitted(**changes)
    assert codes(refused) == {code}
    assert mail(world.session, "acknowledgement") == []


def test_the_last_instant_of_the_closing_day_is_in_time(world: World) -> None:
    last = datetime(2021, 1, 4, 22, 59, 59, tzinfo=UTC)
    assert world.submitted(received_at=last).state is State.SUBMITTED


def test_a_late_one_is_admitted_with_a_reason(world: World) -> None:
    late = day(2021, 1, 6)
    application = world.submitted(received_at=late, late_reason="Panne du téléservice")
    assert application.late_reason == "Panne du téléservice"
    (acknowledged,) = mail(world.session, "acknowledgement")
    assert "Panne du téléservice" in str(acknowledged.facts)


def test_a_grantee_cannot_admit_their_own_late_application(world: World) -> None:
    known = world.submitted().applicant_id
    with pytest.raises(Refused) as refused:
        world.submitted(
            actor=Actor(((Role.GRANTEE, known),)),
            received_at=day(2021, 1, 6),
            late_reason="Je suis en retard",
        )
    assert "call_open" in codes(refused)


def test_a_fiche_closed_to_the_call_is_refused_with_all_other_reasons(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.submitted(fiche=world.fiche("1.1"), charges=Decimal(1), asked={
            world.organisations("Ville")["Ville"]: Decimal(0)})  # fmt: skip
    assert codes(refused) == {"fiche_in_call", "something_asked", "budget_balanced"}


@pytest.mark.parametrize(
    ("siret", "rna"), [("", ""), ("73282932000079", ""), ("123", ""), ("", "X123456789")]
)
def test_an_applicant_needs_a_true_identity(world: World, siret: str, rna: str) -> None:
    with pytest.raises(BadInput):
        world.submitted(siret=siret, rna=rna)


@pytest.mark.parametrize("siret", ["356 000 000 49837", "356.000.000.00048", "38047555800058"])
def test_la_poste_and_spaced_numbers_are_taken(world: World, siret: str) -> None:
    kept = world.submitted(siret=siret).applicant.siret
    assert kept is not None
    assert len(kept) == 14


def test_an_association_may_have_an_rna_only(world: World) -> None:
    application = world.submitted(siret="", rna="w342001234")
    assert (application.applicant.siret, application.applicant.rna) == (None, "W342001234")


def test_a_piece_still_asked_for_blocks_eligibility(world: World) -> None:
    application = world.submitted()
    ask_piece(world.desk(CHECKED), application, "RIB")
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.DECLARE_ELIGIBLE, CHECKED)
    assert codes(refused) == {"no_piece_missing"}
    assert refused.value.reasons[0].fixed_by == "porteur du projet"


def test_a_renewal_waits_for_the_report_of_the_year_before(world: World) -> None:
    application = world.submitted(renewal=True)
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.DECLARE_ELIGIBLE, CHECKED)
    assert codes(refused) == {"prior_report"}

    reported = world.submitted(renewal=True, prior_report_on=date(2020, 10, 15))
    world.fire(reported, Trigger.DECLARE_ELIGIBLE, CHECKED)
    assert reported.state is State.ELIGIBLE


def test_eligibility_asks_the_leading_pilot_for_an_opinion(world: World) -> None:
    application = world.brought_to(State.ELIGIBLE)
    opinion = owed(world.session, application)[Duty.PILOT_OPINION]
    assert opinion.organisation_id == world.organisations("État")["État"]
    assert (opinion.nominal_on, opinion.effective_on) == (date(2021, 3, 3), date(2021, 3, 3))
    assert opinion.rule.startswith("J-15 before session")


def test_referring_needs_an_opinion_and_a_session_to_come(world: World) -> None:
    application = world.brought_to(State.ELIGIBLE)
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.REFER, REFERRED)
    assert codes(refused) == {"session_dated", "opinion_given"}

    give_opinion(
        world.desk(REFERRED), application, application.fiche.pilots[0].organisation, Verdict.WAIVED,
        "Pas de réponse du pilote",
    )  # fmt: skip
    past = application.call.sessions[0].id
    with pytest.raises(Refused) as late:
        world.fire(application, Trigger.REFER, day(2021, 3, 19), session_id=past)
    assert codes(late) == {"session_dated"}
    with pytest.raises(NotFound):
        world.fire(application, Trigger.REFER, REFERRED, session_id=999)
    world.fire(application, Trigger.REFER, REFERRED, session_id=past)
    assert (application.state, application.session_id) == (State.COMMITTEE, past)


@pytest.mark.parametrize(
    ("amounts", "reference", "decided_on", "expected"),
    [
        ((8000,), "D1", SESSION, {"every_line_decided"}),
        ((0, 0), "D1", SESSION, {"one_line_voted"}),
        ((8000, 0), "", SESSION, {"decision_dated"}),
        ((8000, 0), "D1", None, {"decision_dated"}),
        ((8000, 0), "D1", SESSION - timedelta(days=1), {"decision_in_time"}),
        ((8000, 0), "D1", DECIDED.date() + timedelta(days=1), {"decision_in_time"}),
        ((8000, -1), "D1", SESSION, {"amounts_sound"}),
    ],
)
def test_an_award_is_refused_with_its_reasons(
    world: World,
    amounts: tuple[int, ...],
    reference: str,
    decided_on: date | None,
    expected: set[str],
) -> None:
    application = world.brought_to(State.COMMITTEE)
    given = {
        line.id: Decimal(amount) for line, amount in zip(application.lines, amounts, strict=False)
    }
    with pytest.raises(Refused) as refused:
        world.fire(
            application,
            Trigger.AWARD,
            DECIDED,
            amounts=given,
            decision_reference=reference,
            decided_on=decided_on,
        )
    assert codes(refused) == expected
    assert {line.status for line in application.lines} == {LineStatus.PENDING}


def test_the_day_of_a_decision_is_proposed_once_its_committee_has_met(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    before, after = REFERRED, DECIDED + timedelta(days=9)
    assert suggested(application, Trigger.AWARD, before).decided_on is None
    assert suggested(application, Trigger.AWARD, after).decided_on == SESSION
    assert decision_day(world.submitted(), after.date()) is None, "no committee, no day"


def test_an_award_decides_line_by_line(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    award(world, application, 7500, 0)

    decided = [(line.status, line.voted, line.decided_on) for line in application.lines]
    assert decided == [
        (LineStatus.VOTED, Decimal(7500), SESSION),
        (LineStatus.REFUSED, Decimal(0), SESSION),
    ]
    assert application.voted == Decimal(7500)
    duties = owed(world.session, application)
    assert set(duties) == {Duty.INTERIM_REPORT, Duty.FINAL_REPORT}
    assert duties[Duty.INTERIM_REPORT].effective_on == date(2021, 10, 15)
    assert duties[Duty.FINAL_REPORT].effective_on == date(2022, 6, 30)
    assert len(mail(world.session, "award")) == 1


@pytest.mark.parametrize(
    ("voted", "years", "needed"), [(23000, 1, False), (23001, 1, True), (46000, 2, False)]
)
def test_an_agreement_is_owed_strictly_above_the_threshold_a_year(
    world: World, voted: int, years: int, needed: bool
) -> None:
    state = world.organisations("État")["État"]
    application = world.brought_to(
        State.COMMITTEE,
        asked={state: Decimal(50000)},
        charges=Decimal(60000),
        resources=Decimal(60000),
        years=years,
    )
    award(world, application, voted)
    assert (Duty.AGREEMENT in owed(world.session, application)) is needed

    if needed:
        with pytest.raises(Refused) as refused:
            world.fire(application, Trigger.START_REPORTING, ENDED, actor=SYSTEM)
        assert codes(refused) == {"agreement_signed"}
        sign_agreement(world.desk(DECIDED), application, application.lines[0], date(2021, 11, 30))
        assert owed(world.session, application)[Duty.PUBLICATION].effective_on == date(2022, 2, 28)
    world.fire(application, Trigger.START_REPORTING, ENDED, actor=SYSTEM)
    assert application.state is State.REPORTING


def test_the_system_waits_for_the_end_of_the_action_a_manager_need_not(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    early = day(2021, 12, 30)
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.START_REPORTING, early, actor=SYSTEM)
    assert codes(refused) == {"action_ended"}
    world.fire(application, Trigger.START_REPORTING, early)
    assert application.state is State.REPORTING


def test_closing_needs_an_accepted_final_report_and_ends_all_duties(world: World) -> None:
    application = world.brought_to(State.REPORTING)
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.ACCEPT_REPORT, ENDED)
    assert codes(refused) == {"final_report_accepted"}

    closed = world.brought_to(State.CLOSED)
    assert (closed.outcome, owed(world.session, closed)) == (Outcome.COMPLETED, {})


@pytest.mark.parametrize("to_repay", [None, Decimal(-1), Decimal(13001)])
def test_not_carried_out_states_what_is_given_back(world: World, to_repay: Decimal | None) -> None:
    application = world.brought_to(State.FUNDED)
    with pytest.raises(Refused) as refused:
        world.fire(application, Trigger.DECLARE_NOT_CARRIED_OUT, ENDED, to_repay=to_repay)
    assert codes(refused) == {"repayment_stated", "reason_given"}

    world.fire(
        application,
        Trigger.DECLARE_NOT_CARRIED_OUT,
        ENDED,
        to_repay=Decimal(13000),
        reason="Action annulée",
    )
    assert application.outcome is Outcome.NOT_CARRIED_OUT
    assert set(owed(world.session, application)) == {Duty.REPAYMENT}


@pytest.mark.parametrize("trigger", [Trigger.DECLARE_INELIGIBLE, Trigger.DEFER, Trigger.REFUSE])
def test_a_decision_against_needs_a_reason(world: World, trigger: Trigger) -> None:
    state = State.SUBMITTED if trigger is Trigger.DECLARE_INELIGIBLE else State.COMMITTEE
    application = world.brought_to(state)
    with pytest.raises(Refused) as refused:
        world.fire(application, trigger, DECIDED, reason="  ")
    assert codes(refused) == {"reason_given"}


def test_a_refused_move_writes_nothing(world: World) -> None:
    application = world.submitted()
    before = world.session.scalar(select(func.count()).select_from(JournalEntry))
    with pytest.raises(Refused):
        world.fire(application, Trigger.AWARD, DECIDED)
    world.session.flush()
    assert world.session.scalar(select(func.count()).select_from(JournalEntry)) == before
    assert application.state is State.SUBMITTED


def test_a_page_read_before_someone_else_acted_is_a_conflict(world: World) -> None:
    application = world.submitted()
    seen = application.revision
    ask_piece(world.desk(CHECKED), application, "RIB")
    fire = partial(advance, world.session, application, Trigger.WITHDRAW, world.manager, CHECKED)
    with pytest.raises(Conflict, match=application.reference):
        fire(expected_revision=seen)
    assert fire(expected_revision=application.revision).entry.dest is State.CLOSED


def test_an_import_may_submit_and_owes_no_mail_when_told(world: World) -> None:
    application = build(world.session, world.call, world.draft())
    done = submit(world.session, application, IMPORT, FILED, notify=False)
    world.session.flush()
    assert done.messages == []
    assert mail(world.session, "acknowledgement") == []
    assert set(owed(world.session, application)) == {Duty.ELIGIBILITY_CHECK}
