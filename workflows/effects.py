"""What each move changes beside the state: fields, funder lines, obligations. One function a trigger."""

from collections.abc import Callable
from decimal import Decimal

from config.i18n import gettext as _
from config.vocabulary import Anchor, Duty
from models import Application, FunderLine
from models.vocabulary import LineStatus, State, Trigger
from workflows.early_decisions import decisions_of, take_back
from workflows.move import Move
from workflows.obligations import Ledger

Effect = Callable[[Move, Ledger], None]


def submitted(move: Move, ledger: Ledger) -> None:
    """The eligibility check is owed from the first day; raises `BadInput` when it has no date."""
    ledger.open(Duty.ELIGIBILITY_CHECK)


def declared_eligible(move: Move, ledger: Ledger) -> None:
    """The leading pilot owes an opinion; raises `BadInput` when it has no date."""
    ledger.meet(Duty.ELIGIBILITY_CHECK)
    ledger.open(Duty.PILOT_OPINION, {Anchor.ELIGIBILITY: move.today})


def declared_ineligible(move: Move, ledger: Ledger) -> None:
    """The check is made, and nothing else is owed; raises nothing."""
    ledger.meet(Duty.ELIGIBILITY_CHECK)
    ledger.close_all(_("dossier irrecevable"))


def referred(move: Move, ledger: Ledger) -> None:
    """The session is set; raises nothing."""
    move.application.session = move.session


def deferred(move: Move, ledger: Ledger) -> None:
    """Back to a later session; what the funders had decided stays. Raises nothing."""
    move.application.session = None


def awarded(move: Move, ledger: Ledger) -> None:
    """Each line is decided; agreement and reports are owed. Raises `BadInput` when one has no date."""
    decide(move)
    take_back(ledger.session, decisions_of(ledger.session, move.application), move.now)
    for line in move.lines:
        if line.status is LineStatus.VOTED and move.needs_agreement(line):
            ledger.open(
                Duty.AGREEMENT,
                {Anchor.DECISION: line.decided_on or move.today},
                about=line.funder.name,
                which=str(line.funder.id),
            )
    if interim_is_ahead(move, ledger):
        ledger.open(Duty.INTERIM_REPORT, {Anchor.DECISION: move.today})
    ledger.open(Duty.FINAL_REPORT, {Anchor.DECISION: move.today})


def interim_is_ahead(move: Move, ledger: Ledger) -> bool:
    """Whether an interim report still makes sense: the action runs past its date. Raises `BadInput`."""
    due = ledger.dated_by.due(
        Duty.INTERIM_REPORT,
        {Anchor.DECISION: move.today, Anchor.ACTION_END: move.application.ends_on},
        budget_year=move.application.call.year,
        created_on=move.today,
    )
    return move.today < due.nominal <= move.application.ends_on


def decide(move: Move) -> None:
    """Write the decisions given with the move on their lines, and their sum; raises nothing."""
    for line in move.lines:
        if line.id in move.given.amounts:
            write_decision(line, move.given.amounts[line.id], move)
    move.application.voted = sum((line.voted or Decimal(0) for line in move.lines), Decimal(0))


def write_decision(line: FunderLine, amount: Decimal, move: Move) -> None:
    """One funder's decision: voted when it gives something, refused when it gives nothing; raises nothing."""
    line.status = LineStatus.VOTED if amount > 0 else LineStatus.REFUSED
    line.voted = amount
    line.decided_on = move.given.decided_on or move.today
    line.decision_reference = move.given.decision_reference


def refused(move: Move, ledger: Ledger) -> None:
    """Lines not yet decided are refused; nothing is owed any more. Raises nothing."""
    for line in move.lines:
        if line.status is LineStatus.PENDING:
            write_decision(line, Decimal(0), move)
    take_back(ledger.session, decisions_of(ledger.session, move.application), move.now)
    ledger.close_all(_("demande refusée"))


def reporting_started(move: Move, ledger: Ledger) -> None:
    """The final report is owed since the award; one that is not (an older file) is opened now.

    Raises `BadInput` when it has no date.
    """
    received = any(report.kind == "final" for report in move.application.reports)
    if not received and not ledger.live(Duty.FINAL_REPORT, Duty.REPORT_CORRECTION):
        ledger.open(Duty.FINAL_REPORT)


def report_accepted(move: Move, ledger: Ledger) -> None:
    """Closed: only what outlives the closing is still owed. Raises nothing."""
    ledger.close_all(_("bilan accepté"))


def not_carried_out(move: Move, ledger: Ledger) -> None:
    """Closed without the action: what was paid is to be given back. Raises `BadInput` without a date."""
    move.application.to_repay = move.given.to_repay
    ledger.close_all(_("action non réalisée"))
    if move.given.to_repay and move.given.to_repay > move.application.repaid:
        ledger.open(Duty.REPAYMENT, {Anchor.DECISION: move.today})


def withdrawn(move: Move, ledger: Ledger) -> None:
    """Nothing is owed any more; raises nothing."""
    ledger.close_all(_("demande retirée"))


def adopted(move: Move, ledger: Ledger) -> None:
    """What is still owed on a file taken over at its state; raises `BadInput` without a date."""
    today = {Anchor.ELIGIBILITY: move.today, Anchor.DECISION: move.today}
    for duty in OWED_AT[move.application.state]:
        ledger.open(duty, today)


OWED_AT: dict[State, tuple[Duty, ...]] = {
    State.SUBMITTED: (Duty.ELIGIBILITY_CHECK,),
    State.ELIGIBLE: (Duty.PILOT_OPINION,),
    State.COMMITTEE: (),
    State.FUNDED: (Duty.FINAL_REPORT,),
    State.REPORTING: (Duty.FINAL_REPORT,),
    State.CLOSED: (),
}

EFFECTS: dict[Trigger, Effect] = {
    Trigger.SUBMIT: submitted,
    Trigger.DECLARE_ELIGIBLE: declared_eligible,
    Trigger.DECLARE_INELIGIBLE: declared_ineligible,
    Trigger.REFER: referred,
    Trigger.DEFER: deferred,
    Trigger.AWARD: awarded,
    Trigger.REFUSE: refused,
    Trigger.START_REPORTING: reporting_started,
    Trigger.ACCEPT_REPORT: report_accepted,
    Trigger.DECLARE_NOT_CARRIED_OUT: not_carried_out,
    Trigger.WITHDRAW: withdrawn,
}

FIELDS = ("session_id", "voted", "to_repay")
LINE_FIELDS = ("status", "voted", "decided_on", "decision_reference", "agreement_signed_on",
               "agreement_published_on")  # fmt: skip


def picture(application: Application) -> dict[str, object]:
    """What a move may change, as plain JSON, so that `correct` can put it back; raises nothing."""
    return {
        "fields": {name: _plain(getattr(application, name)) for name in FIELDS},
        "lines": {
            str(line.funder.id): {name: _plain(getattr(line, name)) for name in LINE_FIELDS}
            for line in application.lines
        },
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)
