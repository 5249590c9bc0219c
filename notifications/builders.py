"""What happened, turned into what each message says; None when this time there is nothing to say."""

from decimal import Decimal

from config.labels import applicant_label, state_label
from config.policy import load_policies
from config.vocabulary import Duty
from models.vocabulary import ReportEnding, ReportKind
from notifications import contexts as say
from notifications.cause import Cause
from notifications.formats import PARIS
from notifications.reading import about, due, shares, today
from notifications.reasons import duty_label, why
from notifications.wording import shortened

LONGEST_SUMMARY = 700


def acknowledgement(cause: Cause) -> say.Acknowledgement:
    application = cause.application
    return say.Acknowledgement(
        **about(cause),
        received_at=application.received_at,
        closes_on=application.call.closes_on,
        late_reason=application.late_reason or "",
        shares=shares(cause),
        requested=application.requested,
        check_by=due(cause, Duty.ELIGIBILITY_CHECK),
    )


def missing_piece(cause: Cause) -> say.MissingPiece | None:
    owed = [o for o in cause.obligations if o.duty is Duty.MISSING_PIECE]
    pieces = tuple(o.about for o in owed)
    if not pieces:
        return None
    first = min(o.effective_on for o in owed)
    return say.MissingPiece(**about(cause), pieces=pieces, due=first, reason=cause.reason)


def eligible(cause: Cause) -> say.Eligible:
    return say.Eligible(**about(cause))


def opinion_asked(cause: Cause) -> say.OpinionAsked:
    application, owed = cause.application, cause.owed(Duty.PILOT_OPINION)
    return say.OpinionAsked(
        **about(cause),
        due=owed.effective_on if owed else None,
        why=why(owed) if owed else "",
        starts_on=application.starts_on,
        ends_on=application.ends_on,
        shares=shares(cause),
        requested=application.requested,
        summary=shortened(application.summary, LONGEST_SUMMARY),
    )


def ineligible(cause: Cause) -> say.Ineligible:
    return say.Ineligible(**about(cause), reason=cause.reason)


def session_scheduled(cause: Cause) -> say.SessionScheduled | None:
    session = cause.application.session
    if session is None:
        return None
    return say.SessionScheduled(**about(cause), held_on=session.held_on, session=session.label)


def deferred(cause: Cause) -> say.Deferred:
    return say.Deferred(**about(cause), reason=cause.reason)


def award(cause: Cause) -> say.Award:
    application = cause.application
    threshold = load_policies().deadlines.agreement.threshold
    agreements = [o for o in cause.obligations if o.duty is Duty.AGREEMENT]
    return say.Award(
        **about(cause),
        shares=shares(cause),
        voted=application.voted,
        starts_on=application.starts_on,
        ends_on=application.ends_on,
        threshold=threshold.strictly_above if threshold else None,
        agreements=tuple(say.AgreementDue(funder=o.about, due=o.effective_on) for o in agreements),
        interim_due=due(cause, Duty.INTERIM_REPORT),
        final_due=due(cause, Duty.FINAL_REPORT),
    )


def refusal(cause: Cause) -> say.Refusal:
    return say.Refusal(**about(cause), shares=shares(cause), reason=cause.reason)


def report_due(cause: Cause) -> say.ReportDue | None:
    application = cause.application
    if any(
        report.kind is ReportKind.FINAL and report.ending is not ReportEnding.NEW_DATES
        for report in application.reports
    ):
        return None  # it came before it was asked for
    return say.ReportDue(
        **about(cause),
        voted=application.voted,
        ends_on=application.ends_on,
        financial_year_ends_on=application.financial_year_ends_on,
        due=due(cause, Duty.FINAL_REPORT),
    )


def report_received(cause: Cause) -> say.ReportReceived | None:
    report, owed = cause.application.reports[-1], cause.owed(Duty.REPORT_REVIEW)
    if owed is None:
        return None  # an interim report: nobody owes its review
    return say.ReportReceived(
        **about(cause),
        kind=report.kind,
        ending=report.ending,
        received_on=report.received_on,
        voted=cause.application.voted,
        spent=report.spent,
        due=owed.effective_on,
        why=why(owed),
    )


def report_returned(cause: Cause) -> say.ReportReturned:
    return say.ReportReturned(
        **about(cause),
        kind=ReportKind.FINAL,
        reason=cause.reason,
        due=due(cause, Duty.REPORT_CORRECTION),
    )


def report_accepted(cause: Cause) -> say.ReportAccepted:
    return say.ReportAccepted(**about(cause), voted=cause.application.voted)


def not_carried_out(cause: Cause) -> say.NotCarriedOut:
    return say.NotCarriedOut(
        **about(cause),
        reason=cause.reason,
        to_repay=cause.application.to_repay or Decimal(0),
        due=due(cause, Duty.REPAYMENT),
    )


def withdrawn(cause: Cause) -> say.Withdrawn:
    return say.Withdrawn(**about(cause), on=today(cause), reason=cause.reason)


def withdrawn_staff(cause: Cause) -> say.WithdrawnStaff:
    before = cause.entry.source
    return say.WithdrawnStaff(
        **about(cause),
        on=today(cause),
        reason=cause.reason,
        stage=state_label(before) if before else "",
    )


def correction(cause: Cause) -> say.Correction | None:
    if not cause.corrected:
        return None
    first = min(message.sent_at or message.due_at for message in cause.corrected)
    return say.Correction(
        **about(cause),
        earlier_subjects=tuple(dict.fromkeys(m.subject for m in cause.corrected)),
        earlier_on=first.astimezone(PARIS).date(),
        reason=cause.reason,
        stage=applicant_label(cause.application.state),
        owed=tuple(
            say.StillOwed(label=duty_label(o), owner=o.organisation.name, due=o.effective_on)
            for o in sorted(cause.live, key=lambda o: o.effective_on)
        ),
    )
