"""After the award: reports received and reviewed, dates moved."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from config.i18n import gettext as _
from config.vocabulary import Anchor, Duty
from models import Application, Report
from models.errors import BadInput
from models.vocabulary import (
    Act,
    DatedChange,
    ReportEnding,
    ReportKind,
    ReportStatus,
)
from workflows.anchors import known_dates
from workflows.desk import Desk, perform
from workflows.obligations import Ledger

MOST_YEARS = 2  # an action that would last so much longer was mistyped
OWED_FOR = {
    ReportKind.INTERIM: (Duty.INTERIM_REPORT,),
    ReportKind.FINAL: (Duty.FINAL_REPORT, Duty.REPORT_CORRECTION),
}


def receive_report(
    desk: Desk,
    application: Application,
    kind: ReportKind,
    *,
    ending: ReportEnding = ReportEnding.CARRIED_OUT,
    spent: Decimal | None = None,
    comment: str = "",
    asked_end: date | None = None,
    files: Sequence[Mapping[str, object]] = (),
) -> Report:
    """A report came in, with `files` (digests and sizes); asking for new dates meets nothing.

    Raises `Refused`, `BadInput` when a final one awaits review, or the new end is not a later one
    or is given with another ending.
    """
    if kind is ReportKind.FINAL and any(awaits_review(r) for r in application.reports):
        raise BadInput(_("Un bilan final est déjà reçu et attend sa relecture."))
    if ending is ReportEnding.NEW_DATES:
        _check_later(application, asked_end)
    elif asked_end is not None:
        raise BadInput(
            _("Une nouvelle fin va avec l’issue « nouvelles dates » : ôtez l’une ou l’autre.")
        )
    report = Report(
        application_id=application.id,
        kind=kind,
        ending=ending,
        received_on=desk.today,
        spent=spent,
        comment=comment,
        asked_end=asked_end,
    )

    def work(ledger: Ledger) -> None:
        application.reports.append(report)
        desk.session.flush()
        if ending is not ReportEnding.NEW_DATES:
            ledger.meet(*OWED_FOR[kind])
        if kind is ReportKind.FINAL:
            ledger.open(Duty.REPORT_REVIEW, {Anchor.RECEIVED: desk.today}, which=str(report.id))

    perform(desk, application, Act.RECEIVE_REPORT, work, facts=_facts(report, files), words=comment)
    return report


def _facts(report: Report, files: Sequence[Mapping[str, object]]) -> dict[str, object]:
    spent = str(report.spent) if report.spent else None
    facts = {"kind": str(report.kind), "ending": str(report.ending), "spent": spent}
    facts |= {"asked_end": str(report.asked_end)} if report.asked_end else {}
    return facts | ({"files": list(files)} if files else {})


def review_report(
    desk: Desk, application: Application, *, accept: bool, reason: str = ""
) -> Report:
    """Approve the final report that waits, or return it with a reason; then a corrected one is owed.

    New dates that are refused leave the report owed as it was. Raises `Refused`, or `BadInput`
    when none waits or a return has no reason.
    """
    report = next((r for r in application.reports if awaits_review(r)), None)
    if report is None:
        raise BadInput(_("Aucun bilan final n’attend de relecture sur ce dossier."))
    if not accept and not reason.strip():
        raise BadInput(_("Pour renvoyer un bilan, il faut dire ce qui manque."))

    def work(ledger: Ledger) -> None:
        report.status = ReportStatus.ACCEPTED if accept else ReportStatus.RETURNED
        report.reviewed_on = desk.today
        ledger.meet(Duty.REPORT_REVIEW)
        if not accept and report.ending is not ReportEnding.NEW_DATES:
            ledger.open(Duty.REPORT_CORRECTION, {Anchor.RETURNED: desk.today}, which=str(report.id))

    act = Act.APPROVE_REPORT if accept else Act.RETURN_REPORT
    perform(desk, application, act, work, facts={"report": report.id}, words=reason)
    return report


def postpone(
    desk: Desk,
    application: Application,
    ends_on: date,
    reason: str,
    *,
    financial_year_ends_on: date | None = None,
) -> None:
    """Move the end of the action, as the applicant asked; the final report moves with its year.

    Raises `Refused`, or `BadInput` without a reason or when the new date is not a later one.
    """
    if not reason.strip():
        raise BadInput(_("Un report de dates a un motif : dites-le en quelques mots."))
    _check_later(application, ends_on)

    def work(ledger: Ledger) -> None:
        _grant_new_dates(application, ledger)
        application.ends_on = ends_on
        application.financial_year_ends_on = max(
            financial_year_ends_on or date(ends_on.year, 12, 31), application.financial_year_ends_on
        )
        for obligation in ledger.live(Duty.FINAL_REPORT):
            due = ledger.dated_by.due(
                Duty.FINAL_REPORT,
                known_dates(desk.session, application, desk.today),
                budget_year=application.call.year,
                created_on=desk.today,
            )
            ledger.move(obligation, due.nominal, DatedChange.MOVED, reason)

    perform(desk, application, Act.POSTPONE, work, facts={"ends_on": str(ends_on)}, words=reason)


def fault_of_end(application: Application, end: date | None) -> str:
    """What is wrong with that new end: none, not later, or so late that it is a slip; raises nothing."""
    latest = application.ends_on + timedelta(days=366 * MOST_YEARS)
    if end is not None and application.ends_on < end <= latest:
        return ""
    said = _("L’action finit le {day} : indiquez une fin plus tardive, de {years} ans au plus.")
    return said.format(day=f"{application.ends_on:%d/%m/%Y}", years=MOST_YEARS)


def _check_later(application: Application, end: date | None) -> None:
    if fault := fault_of_end(application, end):
        raise BadInput(fault)


def _grant_new_dates(application: Application, ledger: Ledger) -> None:
    """What the applicant asked for is answered by the new dates themselves."""
    for report in application.reports:
        if report.ending is ReportEnding.NEW_DATES and awaits_review(report):
            report.status, report.reviewed_on = ReportStatus.ACCEPTED, ledger.today
            ledger.meet(Duty.REPORT_REVIEW, which=str(report.id))


def awaits_review(report: Report) -> bool:
    """Whether it is a final report that nobody has reviewed yet; raises nothing."""
    return report.kind is ReportKind.FINAL and report.status is ReportStatus.RECEIVED
