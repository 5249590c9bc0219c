"""New dates asked in place of a report: the report stays owed, and granting them answers the question."""

from datetime import date

import pytest
from sqlalchemy import select

from models import Application, Obligation
from models.errors import BadInput, Refused
from models.vocabulary import ReportEnding, ReportKind, ReportStatus, State, Trigger
from tests.workflows.world import ENDED, REPORTED, REVIEWED, World
from workflows.grants import postpone, receive_report, review_report
from workflows.obligations import LIVE

ASKED_END = date(2022, 9, 30)


def owed(world: World, application: Application) -> set[str]:
    query = select(Obligation.duty).where(
        Obligation.application_id == application.id, Obligation.status.in_(LIVE)
    )
    return {duty.value for duty in world.session.scalars(query)}


def asked(world: World) -> Application:
    application = world.brought_to(State.FUNDED)
    receive_report(
        world.desk(ENDED),
        application,
        ReportKind.FINAL,
        ending=ReportEnding.NEW_DATES,
        comment="Travaux dans la salle.",
        asked_end=ASKED_END,
    )
    return world.again(application)


def test_the_report_stays_owed_while_new_dates_are_asked(world: World) -> None:
    application = asked(world)
    assert {"final_report", "report_review"} <= owed(world, application)
    assert application.reports[0].asked_end == ASKED_END


def test_granting_them_answers_and_moves_the_report(world: World) -> None:
    application = asked(world)
    postpone(world.desk(REPORTED), application, ASKED_END, "Accordé.")
    application = world.again(application)
    assert application.ends_on == ASKED_END
    assert application.reports[0].status is ReportStatus.ACCEPTED
    assert owed(world, application) == {"final_report", "interim_report"}
    report = receive_report(world.desk(REVIEWED), application, ReportKind.FINAL)
    assert report.ending is ReportEnding.CARRIED_OUT


def test_refusing_them_leaves_the_report_owed_and_asks_no_correction(world: World) -> None:
    application = asked(world)
    review_report(world.desk(REPORTED), application, accept=False, reason="Trop tard.")
    assert owed(world, world.again(application)) == {"final_report", "interim_report"}


@pytest.mark.parametrize("ending", [ReportEnding.NEW_DATES, ReportEnding.NOT_CARRIED_OUT])
def test_neither_counts_as_an_accepted_report(world: World, ending: ReportEnding) -> None:
    application = world.brought_to(State.REPORTING)
    asked_end = ASKED_END if ending is ReportEnding.NEW_DATES else None
    receive_report(
        world.desk(REPORTED), application, ReportKind.FINAL, ending=ending, asked_end=asked_end
    )
    review_report(world.desk(REVIEWED), application, accept=True)
    application = world.again(application)
    with pytest.raises(Refused, match="bilan final"):
        world.fire(application, Trigger.ACCEPT_REPORT, REVIEWED)


@pytest.mark.parametrize("asked_end", [None, date(2021, 12, 31), date(2024, 1, 3)])
def test_the_new_end_is_a_later_one_and_no_slip(world: World, asked_end: date | None) -> None:
    application = world.brought_to(State.FUNDED)
    with pytest.raises(BadInput, match="finit le 31/12/2021 : indiquez une fin plus tardive"):
        receive_report(
            world.desk(ENDED),
            application,
            ReportKind.FINAL,
            ending=ReportEnding.NEW_DATES,
            asked_end=asked_end,
        )
    if asked_end:
        with pytest.raises(BadInput, match="indiquez une fin plus tardive, de 2 ans au plus"):
            postpone(world.desk(ENDED), application, asked_end, "Local indisponible")
