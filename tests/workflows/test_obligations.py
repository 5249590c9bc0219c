"""Each duty: who owes it, when, and what pauses, moves, meets or ends it."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from config.vocabulary import Duty
from models import Application, Obligation, ObligationChange
from models.errors import BadInput, Refused
from models.vocabulary import (
    DatedChange,
    ObligationStatus,
    ReportEnding,
    ReportKind,
    Role,
    State,
    Trigger,
    Verdict,
)
from tests.workflows.world import CHECKED, DECIDED, ENDED, GIVEN_ON, SESSION, World, award, day
from workflows.acts import ask_piece, decide_line, extend, give_opinion, receive_piece
from workflows.agreements import publish_agreement, sign_agreement
from workflows.grants import (
    postpone,
    receive_report,
    review_report,
)
from workflows.payments import repay_all


def of(world: World, application: Application, duty: Duty) -> Obligation:
    """The last obligation of that duty."""
    query = select(Obligation).where(
        Obligation.application_id == application.id, Obligation.duty == duty
    )
    return world.session.scalars(query.order_by(Obligation.id.desc())).all()[0]


def history(world: World, obligation: Obligation) -> list[DatedChange]:
    query = select(ObligationChange.change).where(ObligationChange.obligation_id == obligation.id)
    return list(world.session.scalars(query.order_by(ObligationChange.id)))


def test_a_missing_piece_stops_the_check_and_its_arrival_starts_it_again(world: World) -> None:
    application = world.submitted()
    check = of(world, application, Duty.ELIGIBILITY_CHECK)
    assert check.effective_on == date(2021, 2, 4)

    ask_piece(world.desk(day(2021, 1, 12)), application, "RIB", "illisible")
    ask_piece(world.desk(day(2021, 1, 13)), application, "Statuts")
    piece = of(world, application, Duty.MISSING_PIECE)
    assert (piece.owed_by, piece.about) == (Role.GRANTEE, "Statuts")
    assert piece.effective_on == date(2021, 1, 28)
    assert (check.status, check.paused_from) == (ObligationStatus.PAUSED, date(2021, 1, 12))

    receive_piece(world.desk(day(2021, 1, 20)), application, "RIB")
    assert check.status is ObligationStatus.PAUSED, "one is still awaited"
    receive_piece(world.desk(day(2021, 1, 22)), application, "Statuts")
    assert (check.status, check.nominal_on) == (ObligationStatus.OPEN, date(2021, 2, 14))
    assert check.effective_on == date(2021, 2, 15), "the 14th is a Sunday"
    assert history(world, check) == [DatedChange.OPENED, DatedChange.PAUSED, DatedChange.RESUMED]
    assert piece.status is ObligationStatus.MET


@pytest.mark.parametrize("name", ["", "  ", "RIB"])
def test_a_piece_is_named_and_asked_once(world: World, name: str) -> None:
    application = world.submitted()
    ask_piece(world.desk(CHECKED), application, "RIB")
    with pytest.raises(BadInput):
        ask_piece(world.desk(CHECKED), application, name)
    with pytest.raises(BadInput, match="RIB"):
        receive_piece(world.desk(CHECKED), application, "Statuts")


def test_an_opinion_meets_the_duty_and_only_pilots_give_one(world: World) -> None:
    application = world.brought_to(State.ELIGIBLE)
    opinion = of(world, application, Duty.PILOT_OPINION)
    lead = application.fiche.pilots[0].organisation
    with pytest.raises(BadInput, match="motif"):
        give_opinion(world.desk(GIVEN_ON), application, lead, Verdict.WAIVED)
    desk = world.desk(GIVEN_ON, world.pilot_actor(application))
    give_opinion(desk, application, application.fiche.pilots[1].organisation, Verdict.RESERVED)
    assert opinion.status is ObligationStatus.MET, "any pilot of the fiche may answer"
    given = give_opinion(desk, application, lead, Verdict.ADVERSE, "hors cadre")
    again = give_opinion(desk, application, lead, Verdict.FAVOURABLE)
    assert given is again
    assert again.verdict is Verdict.FAVOURABLE


def test_more_time_needs_a_reason_and_a_later_date(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    report = of(world, application, Duty.FINAL_REPORT)
    for until, reason in ((date(2022, 9, 30), " "), (date(2022, 6, 30), "retard")):
        with pytest.raises(BadInput):
            extend(world.desk(DECIDED), application, report, until, reason)
    extend(world.desk(DECIDED), application, report, date(2022, 10, 1), "Comptable malade")
    assert (report.nominal_on, report.effective_on) == (date(2022, 10, 1), date(2022, 10, 3))
    assert history(world, report) == [DatedChange.OPENED, DatedChange.EXTENDED]


def test_only_a_manager_gives_more_time(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    report = of(world, application, Duty.FINAL_REPORT)
    grantee = world.actors(application)[Role.GRANTEE]
    with pytest.raises(Refused, match="responsable"):
        extend(world.desk(DECIDED, grantee), application, report, date(2022, 10, 1), "retard")


@pytest.mark.parametrize(
    ("year_end", "nominal", "effective"),
    [
        (date(2021, 12, 31), date(2022, 6, 30), date(2022, 6, 30)),
        (date(2022, 8, 31), date(2023, 2, 28), date(2023, 2, 28)),
        (date(2023, 12, 31), date(2024, 6, 30), date(2024, 7, 1)),
    ],
)
def test_the_final_report_is_due_six_months_after_the_year(
    world: World, year_end: date, nominal: date, effective: date
) -> None:
    application = world.brought_to(State.FUNDED, financial_year_ends_on=year_end)
    report = of(world, application, Duty.FINAL_REPORT)
    assert (report.nominal_on, report.effective_on) == (nominal, effective)


def test_an_action_that_ends_before_autumn_owes_no_interim_report(world: World) -> None:
    short = world.brought_to(State.FUNDED, ends_on=date(2021, 10, 14))
    duties = world.session.scalars(
        select(Obligation.duty).where(Obligation.application_id == short.id)
    ).all()
    assert Duty.INTERIM_REPORT not in duties


def test_a_report_is_reviewed_returned_corrected_and_approved(world: World) -> None:
    application = world.brought_to(State.REPORTING)
    grantee = world.actors(application)[Role.GRANTEE]
    pilot = world.pilot_actor(application)
    with pytest.raises(BadInput):
        review_report(world.desk(ENDED, pilot), application, accept=True)

    receive_report(world.desk(day(2022, 5, 2), grantee), application, ReportKind.FINAL)
    assert of(world, application, Duty.FINAL_REPORT).status is ObligationStatus.MET
    review = of(world, application, Duty.REPORT_REVIEW)
    assert (review.owed_by, review.effective_on) == (Role.PILOT, date(2022, 6, 2))
    with pytest.raises(BadInput, match="déjà"):
        receive_report(world.desk(day(2022, 5, 3)), application, ReportKind.FINAL)
    with pytest.raises(BadInput, match="manque"):
        review_report(world.desk(day(2022, 5, 10), pilot), application, accept=False)

    review_report(
        world.desk(day(2022, 5, 10), pilot), application, accept=False, reason="signature"
    )
    correction = of(world, application, Duty.REPORT_CORRECTION)
    assert (correction.owed_by, correction.effective_on) == (Role.GRANTEE, date(2022, 5, 25))
    receive_report(
        world.desk(day(2022, 5, 20), grantee), application, ReportKind.FINAL,
        ending=ReportEnding.CARRIED_OUT, spent=Decimal(12000),
    )  # fmt: skip
    assert correction.status is ObligationStatus.MET
    review_report(world.desk(day(2022, 5, 25), pilot), application, accept=True)
    world.fire(application, Trigger.ACCEPT_REPORT, day(2022, 5, 25))
    assert application.state is State.CLOSED


def test_the_publication_outlives_the_closing(world: World) -> None:
    state = world.organisations("État")["État"]
    application = world.brought_to(
        State.COMMITTEE,
        asked={state: Decimal(40000)},
        charges=Decimal(40000),
        resources=Decimal(40000),
    )
    award(world, application)
    (line,) = application.lines
    assert of(world, application, Duty.AGREEMENT).effective_on == date(2021, 5, 18)
    with pytest.raises(BadInput, match="signée"):
        publish_agreement(world.desk(DECIDED), application, line)
    sign_agreement(world.desk(DECIDED), application, line, SESSION)
    with pytest.raises(BadInput):
        sign_agreement(world.desk(DECIDED), application, line, SESSION)
    world.fire(
        application, Trigger.DECLARE_NOT_CARRIED_OUT, DECIDED, reason="x", to_repay=Decimal(0)
    )
    publication = of(world, application, Duty.PUBLICATION)
    assert history(world, publication) == [DatedChange.OPENED]
    publish_agreement(world.desk(DECIDED), application, line)
    assert publication.status is ObligationStatus.MET


def test_new_dates_move_the_final_report(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    report = of(world, application, Duty.FINAL_REPORT)
    with pytest.raises(BadInput):
        postpone(world.desk(DECIDED), application, date(2021, 6, 1), "plus tôt")
    postpone(world.desk(DECIDED), application, date(2022, 10, 31), "salle indisponible")
    assert (application.ends_on, report.effective_on) == (date(2022, 10, 31), date(2023, 6, 30))
    assert history(world, report) == [DatedChange.OPENED, DatedChange.MOVED]


def test_what_was_paid_is_given_back(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    world.fire(
        application, Trigger.DECLARE_NOT_CARRIED_OUT, ENDED, reason="x", to_repay=Decimal(5000)
    )
    repayment = of(world, application, Duty.REPAYMENT)
    assert (repayment.owed_by, repayment.status) == (Role.GRANTEE, ObligationStatus.OPEN)
    repay_all(world.desk(ENDED), application)
    assert repayment.status is ObligationStatus.MET


def test_a_funder_decides_its_line_ahead_of_the_award(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    first, second = application.lines
    with pytest.raises(BadInput):
        decide_line(world.desk(DECIDED), application, first, Decimal(100), reference=" ")
    decide_line(world.desk(DECIDED), application, first, Decimal(0), reference="Arrêté 12")
    decide_line(world.desk(DECIDED), application, second, Decimal(5000), reference="Délib. 4")
    world.fire(application, Trigger.AWARD, DECIDED)
    assert (application.state, application.voted) == (State.FUNDED, Decimal(5000))


def test_a_long_pause_moves_both_dates_at_once(world: World) -> None:
    application = world.submitted()
    ask_piece(world.desk(day(2021, 1, 12)), application, "RIB")
    application = world.again(application)
    world.session.info.clear()  # the calendar of the contract is read anew, which flushes

    receive_piece(world.desk(day(2021, 3, 22)), application, "RIB")

    check = of(world, application, Duty.ELIGIBILITY_CHECK)
    assert check.effective_on >= check.nominal_on > date(2021, 3, 22)
