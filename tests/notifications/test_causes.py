"""What happens to an application, and the mail that the catalogue ties to it."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from config.vocabulary import Duty
from models import Message, Report
from models.vocabulary import Act, LineStatus, ReportEnding, ReportKind, State, Trigger
from notifications import outbox
from notifications.catalogue import CATALOGUE, Entry
from notifications.cause import Cause
from tests.notifications.world import NOW, World

IN_A_MONTH = date(2021, 3, 15)


def everything(world: World, entry: Entry) -> Cause:
    """A cause that gives every builder something to say."""
    duties = (
        Duty.ELIGIBILITY_CHECK, Duty.MISSING_PIECE, Duty.PILOT_OPINION, Duty.AGREEMENT,
        Duty.INTERIM_REPORT, Duty.FINAL_REPORT, Duty.REPORT_REVIEW, Duty.REPORT_CORRECTION,
        Duty.REPAYMENT,
    )  # fmt: skip
    owed = [world.owes(duty, IN_A_MONTH, about="Ville") for duty in duties]
    world.application.lines[0].status = LineStatus.VOTED
    world.application.lines[0].voted = Decimal(9000)
    world.application.lines[0].decided_on = IN_A_MONTH
    if entry.on is Act.RECEIVE_REPORT:
        world.application.reports.append(
            Report(kind=ReportKind.FINAL, ending=ReportEnding.CARRIED_OUT, received_on=NOW.date())
        )
    assert entry.on is not None
    paid = {"funder": world.application.lines[0].funder.name, "kind": "balance", "amount": "9000.00",
            "on": "2021-03-15", "payment_reference": "M1", "told": True}  # fmt: skip
    facts = paid if entry.on in (Act.RECORD_PAYMENT, Act.CANCEL_PAYMENT) else None
    cause = world.cause(entry.on, *owed, reason="Un motif.", source=State.SUBMITTED, facts=facts)
    sent = world.award("refusal:0:0")
    return Cause(
        cause.application, cause.action, cause.entry, owed, cause.reason, NOW, corrected=[sent]
    )


@pytest.mark.parametrize("entry", [e for e in CATALOGUE if e.on], ids=lambda entry: entry.key)
@pytest.mark.slow
def test_every_entry_builds_its_message_from_an_application(world: World, entry: Entry) -> None:
    cause = everything(world, entry)
    owed = {message.template: message for message in outbox.owe_for(world.session, cause)}
    message = owed[entry.key]
    assert message.subject.startswith("[CV112-2021-0001] ")
    assert message.entry_id == cause.entry.id
    assert message.application_id == world.application.id
    assert message.key == f"{entry.key}:{cause.entry.id}:{message.person_id}"
    assert outbox.owe_for(world.session, cause) == list(owed.values())


def test_an_award_says_what_comes_next(world: World) -> None:
    agreement = world.owes(Duty.AGREEMENT, date(2021, 4, 15), about="Ville")
    final = world.owes(Duty.FINAL_REPORT, date(2022, 6, 30))
    (message,) = outbox.owe_for(world.session, world.cause(Trigger.AWARD, agreement, final))
    context = message.facts["context"]
    assert context["agreements"] == [{"funder": "Ville", "due": "2021-04-15"}]
    assert (context["interim_due"], context["final_due"]) == (None, "2022-06-30")


def test_the_report_is_asked_for_by_the_date_set_at_the_award(world: World) -> None:
    world.owes(Duty.FINAL_REPORT, date(2022, 6, 30))
    (message,) = outbox.owe_for(world.session, world.cause(Trigger.START_REPORTING))
    assert "30 juin 2022" in message.subject


def test_a_report_that_came_early_is_not_asked_for(world: World) -> None:
    world.application.reports.append(
        Report(kind=ReportKind.FINAL, ending=ReportEnding.CARRIED_OUT, received_on=NOW.date())
    )
    assert outbox.owe_for(world.session, world.cause(Trigger.START_REPORTING)) == []


def test_an_interim_report_asks_nobody_for_a_review(world: World) -> None:
    world.application.reports.append(
        Report(kind=ReportKind.INTERIM, ending=ReportEnding.CARRIED_OUT, received_on=NOW.date())
    )
    assert outbox.owe_for(world.session, world.cause(Act.RECEIVE_REPORT)) == []


def test_most_acts_write_to_nobody(world: World) -> None:
    assert outbox.owe_for(world.session, world.cause(Act.SIGN_AGREEMENT)) == []


def test_each_reader_is_told_where_to_see_the_application(world: World) -> None:
    owed = outbox.owe_for(world.session, world.cause(Trigger.DECLARE_ELIGIBLE))
    pages = {message.template: message.facts["context"]["page"] for message in owed}
    assert pages == {
        "eligible": "http://localhost:8000/mes-demandes/CV112-2021-0001",
        "opinion_asked": "http://localhost:8000/dossiers/CV112-2021-0001",
    }


def test_a_preview_names_everyone_and_writes_nothing(world: World) -> None:
    cause = world.cause(Trigger.DECLARE_ELIGIBLE)
    assert [
        (person, key) for person, key, _subject in outbox.preview_for(world.session, cause)
    ] == [
        (world.grantee, "eligible"),
        (world.pilot, "opinion_asked"),
    ]
    assert outbox.preview_for(world.session, cause)[1][2].startswith("[CV112-2021-0001] Votre avis")
    assert world.session.scalar(select(func.count()).select_from(Message)) == 0
