"""Every mail Jalon sends: what causes it, who gets it, what it says."""

from collections.abc import Callable
from typing import NamedTuple

from config.vocabulary import Duty
from models.vocabulary import Act, Trigger
from notifications import (
    amend_news,
    bounce_news,
    builders,
    call_news,
    date_news,
    grant_news,
    payment_news,
    samples,
    signing_in,
    signing_in_alarm,
    staff_news,
)
from notifications import contexts as say
from notifications.cause import Audience, Cause
from notifications.contexts import Context
from notifications.digest import Digest

GRANTEE, PILOT, MANAGERS = Audience.GRANTEE, Audience.LEAD_PILOT, Audience.MANAGERS


class Entry(NamedTuple):
    """One message of the catalogue.

    `key` names its folder under `templates/`. `on` is None for those that the calendar
    causes. `lapses`: once the application is closed it would be stale, and does not leave.
    `looks_up`: it speaks of what was owed before it, not only of what its cause opened.
    `asks`: the duty it asks for; done before the mail leaves, the mail does not leave.
    `optional`: its reader may do without it.
    """

    key: str
    on: Trigger | Act | None
    audience: Audience | None
    context: type[Context]
    build: Callable[[Cause], Context | None] | None
    sample: Context
    lapses: bool = False
    looks_up: bool = False
    asks: Duty | None = None
    optional: bool = False


_OF_APPLICATIONS = (
    Entry("acknowledgement", Trigger.SUBMIT, GRANTEE, say.Acknowledgement,
          builders.acknowledgement, samples.ACKNOWLEDGEMENT),
    Entry("amended", Act.AMEND, GRANTEE, amend_news.Amended,
          amend_news.amended, amend_news.AMENDED),
    Entry("missing_piece", Act.ASK_PIECE, GRANTEE, say.MissingPiece,
          builders.missing_piece, samples.MISSING_PIECE, lapses=True, asks=Duty.MISSING_PIECE),
    Entry("eligible", Trigger.DECLARE_ELIGIBLE, GRANTEE, say.Eligible,
          builders.eligible, samples.ELIGIBLE, lapses=True),
    Entry("opinion_asked", Trigger.DECLARE_ELIGIBLE, PILOT, say.OpinionAsked,
          builders.opinion_asked, samples.OPINION_ASKED, lapses=True, asks=Duty.PILOT_OPINION),
    Entry("ineligible", Trigger.DECLARE_INELIGIBLE, GRANTEE, say.Ineligible,
          builders.ineligible, samples.INELIGIBLE),
    Entry("session_scheduled", Trigger.REFER, GRANTEE, say.SessionScheduled,
          builders.session_scheduled, samples.SESSION_SCHEDULED, lapses=True),
    Entry("deferred", Trigger.DEFER, GRANTEE, say.Deferred,
          builders.deferred, samples.DEFERRED, lapses=True),
    Entry("funder_decision", Act.DECIDE_LINE, GRANTEE, grant_news.FunderDecision,
          grant_news.funder_decision, grant_news.FUNDER_DECISION, lapses=True),
    Entry("award", Trigger.AWARD, GRANTEE, say.Award, builders.award, samples.AWARD),
    Entry("refusal", Trigger.REFUSE, GRANTEE, say.Refusal, builders.refusal, samples.REFUSAL),
    Entry("agreement_to_sign", Act.SEND_AGREEMENT, GRANTEE, grant_news.AgreementToSign,
          grant_news.agreement_to_sign, grant_news.AGREEMENT_TO_SIGN, lapses=True),
    Entry("payment_made", Act.RECORD_PAYMENT, GRANTEE, payment_news.PaymentMade,
          payment_news.payment_made, payment_news.PAYMENT_MADE, optional=True),
    Entry("payment_cancelled", Act.CANCEL_PAYMENT, GRANTEE, payment_news.PaymentCancelled,
          payment_news.payment_cancelled, payment_news.PAYMENT_CANCELLED),
    Entry("report_due", Trigger.START_REPORTING, GRANTEE, say.ReportDue,
          builders.report_due, samples.REPORT_DUE, lapses=True, looks_up=True,
          asks=Duty.FINAL_REPORT),
    Entry("report_received", Act.RECEIVE_REPORT, PILOT, say.ReportReceived,
          builders.report_received, samples.REPORT_RECEIVED, lapses=True, asks=Duty.REPORT_REVIEW),
    Entry("report_returned", Act.RETURN_REPORT, GRANTEE, say.ReportReturned,
          builders.report_returned, samples.REPORT_RETURNED, lapses=True, asks=Duty.REPORT_CORRECTION),
    Entry("report_approved", Act.APPROVE_REPORT, GRANTEE, grant_news.ReportApproved,
          grant_news.report_approved, grant_news.REPORT_APPROVED, lapses=True),
    Entry("report_accepted", Trigger.ACCEPT_REPORT, GRANTEE, say.ReportAccepted,
          builders.report_accepted, samples.REPORT_ACCEPTED),
    Entry("not_carried_out", Trigger.DECLARE_NOT_CARRIED_OUT, GRANTEE, say.NotCarriedOut,
          builders.not_carried_out, samples.NOT_CARRIED_OUT),
    Entry("withdrawn", Trigger.WITHDRAW, GRANTEE, say.Withdrawn,
          builders.withdrawn, samples.WITHDRAWN),
    Entry("withdrawn_staff", Trigger.WITHDRAW, MANAGERS, say.WithdrawnStaff,
          builders.withdrawn_staff, samples.WITHDRAWN_STAFF, optional=True),
    Entry("delay_asked", Act.ASK_DELAY, MANAGERS, date_news.DelayAsked,
          date_news.delay_asked, date_news.DELAY_ASKED, lapses=True),
    Entry("date_moved", Act.EXTEND, Audience.OWNER, date_news.DateMoved,
          date_news.date_moved, date_news.DATE_MOVED, lapses=True),
    Entry("delay_refused", Act.RESUME_REMINDERS, Audience.OWNER, date_news.DelayRefused,
          date_news.delay_refused, date_news.DELAY_REFUSED, lapses=True),
    Entry("correction", Trigger.CORRECT, Audience.ALREADY_WRITTEN, say.Correction,
          builders.correction, samples.CORRECTION, looks_up=True),
)  # fmt: skip

DIGEST = Entry("reminder_digest", None, None, Digest, None, samples.REMINDER_DIGEST)
BY_THE_CALENDAR = (
    DIGEST,
    Entry("call_ahead", None, None, call_news.CallAhead, None, call_news.CALL_AHEAD,
          optional=True),
    Entry("call_open", None, None, call_news.CallOpen, None, call_news.CALL_OPEN,
          optional=True),
    Entry("call_closed", None, None, call_news.CallClosed, None, call_news.CALL_CLOSED),
    Entry("session_agenda", None, None, staff_news.SessionAgenda, None, staff_news.SESSION_AGENDA),
    Entry("staff_digest", None, None, staff_news.StaffDigest, None, staff_news.STAFF_DIGEST,
          optional=True),
    Entry("address_failing", None, None, bounce_news.AddressFailing, None,
          bounce_news.ADDRESS_FAILING),
    Entry("batch_held", None, None, staff_news.BatchHeld, None, staff_news.BATCH_HELD),
)  # fmt: skip
SIGN_IN = Entry("sign_in", None, None, signing_in.SignIn, None, signing_in.SIGN_IN)
EMERGENCY = Entry(
    "emergency_used",
    None,
    None,
    signing_in_alarm.EmergencyUsed,
    None,
    signing_in_alarm.EMERGENCY_USED,
)

OF_ACCOUNTS = (SIGN_IN, EMERGENCY)

CATALOGUE = (*_OF_APPLICATIONS, *BY_THE_CALENDAR, *OF_ACCOUNTS)
BY_KEY = {entry.key: entry for entry in CATALOGUE}


def caused_by(action: Trigger | Act) -> list[Entry]:
    """The messages that `action` causes; none for most acts."""
    return [entry for entry in CATALOGUE if entry.on == action]
