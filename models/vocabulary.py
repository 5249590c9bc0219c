"""The words of the field that the database, the rules and the screens share.

A member's value is what is stored and what scripts see; what people read is in
`config/labels.py`. Sources: DESIGN §3 for states, triggers and outcomes, DOMAIN §1 for the rest.
"""

from enum import StrEnum


class State(StrEnum):
    """Where an application stands; there are six, and `closed` says how in `Outcome`."""

    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    COMMITTEE = "committee"
    FUNDED = "funded"
    REPORTING = "reporting"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a closed application ended."""

    COMPLETED = "completed"
    INELIGIBLE = "ineligible"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_CARRIED_OUT = "not_carried_out"


class Trigger(StrEnum):
    """What moves an application from one state to another."""

    SUBMIT = "submit"
    DECLARE_ELIGIBLE = "declare_eligible"
    DECLARE_INELIGIBLE = "declare_ineligible"
    REFER = "refer"
    DEFER = "defer"
    AWARD = "award"
    REFUSE = "refuse"
    START_REPORTING = "start_reporting"
    ACCEPT_REPORT = "accept_report"
    DECLARE_NOT_CARRIED_OUT = "declare_not_carried_out"
    WITHDRAW = "withdraw"
    CORRECT = "correct"


class Act(StrEnum):
    """What is written in the journal without moving an application."""

    ADOPT = "adopt"
    AMEND = "amend"
    ASK_PIECE = "ask_piece"
    RECEIVE_PIECE = "receive_piece"
    GIVE_OPINION = "give_opinion"
    WAIVE_OPINION = "waive_opinion"
    SEND_AGREEMENT = "send_agreement"
    SIGN_AGREEMENT = "sign_agreement"
    PUBLISH_AGREEMENT = "publish_agreement"
    RECEIVE_REPORT = "receive_report"
    RETURN_REPORT = "return_report"
    APPROVE_REPORT = "approve_report"
    RECORD_PRIOR_REPORT = "record_prior_report"
    EXTEND = "extend"
    POSTPONE = "postpone"
    DECIDE_LINE = "decide_line"
    RECORD_PAYMENT = "record_payment"
    RECORD_REPAYMENT = "record_repayment"
    CANCEL_PAYMENT = "cancel_payment"
    OPEN_CALL = "open_call"
    CLOSE_CALL = "close_call"
    PLAN_SESSION = "plan_session"
    IMPORT_CATALOGUE = "import_catalogue"
    KEEP_ORGANISATION = "keep_organisation"
    MERGE_ORGANISATIONS = "merge_organisations"
    KEEP_CONTACT = "keep_contact"
    KEEP_PERSON = "keep_person"
    GIVE_ROLE = "give_role"
    WITHDRAW_ROLE = "withdraw_role"
    KEEP_CALENDAR = "keep_calendar"
    NOTE_LATE = "note_late"
    ESCALATE = "escalate"
    EMERGENCY_SIGN_IN = "emergency_sign_in"
    TAKE_CARE = "take_care"
    ASK_DELAY = "ask_delay"
    SNOOZE = "snooze"
    SKIP_REMINDER = "skip_reminder"
    RESUME_REMINDERS = "resume_reminders"


class Role(StrEnum):
    """Who acts, or who owes."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    PILOT = "pilot"
    FUNDER = "funder"
    GRANTEE = "grantee"
    READER = "reader"
    SYSTEM = "system"
    IMPORT = "import"


class Verdict(StrEnum):
    """A pilot's or a funder's opinion (DOMAIN §6: favorable, réservé, défavorable)."""

    FAVOURABLE = "favourable"
    RESERVED = "reserved"
    ADVERSE = "adverse"
    WAIVED = "waived"


class LineStatus(StrEnum):
    """What one funder decided on its own line."""

    PENDING = "pending"
    VOTED = "voted"
    REFUSED = "refused"


class PaymentKind(StrEnum):
    """What money moved for (DOMAIN §6: avance, acompte, solde; reversement comes back to the funder)."""

    ADVANCE = "advance"
    INSTALMENT = "instalment"
    BALANCE = "balance"
    REPAYMENT = "repayment"


class PieceStatus(StrEnum):
    """A document asked of the applicant."""

    ASKED = "asked"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class ReportKind(StrEnum):
    """Interim (autumn of the budget year) or final (compte rendu financier)."""

    INTERIM = "interim"
    FINAL = "final"


class ReportEnding(StrEnum):
    """The three ways an accounting for a grant ends (DOMAIN §0.4)."""

    CARRIED_OUT = "carried_out"
    NOT_CARRIED_OUT = "not_carried_out"
    NEW_DATES = "new_dates"


class ReportStatus(StrEnum):
    """What became of a report that came in."""

    RECEIVED = "received"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ObligationStatus(StrEnum):
    """Where an obligation stands."""

    OPEN = "open"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


class DatedChange(StrEnum):
    """What happened to an obligation; every change keeps the dates it left behind."""

    OPENED = "opened"
    MOVED = "moved"
    EXTENDED = "extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    MET = "met"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


class MessageStatus(StrEnum):
    """Where a message of the outbox stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    HELD = "held"


class RelayFault(StrEnum):
    """Why the relay takes no mail from us at all, whatever the message."""

    UNREACHABLE = "unreachable"
    ENCRYPTION = "encryption"
    AUTHENTICATION = "authentication"
    SENDER = "sender"
    POLICY = "policy"


class StepFate(StrEnum):
    """What became of one rung of a reminder ladder."""

    SENT = "sent"
    MERGED = "merged"
    SKIPPED = "skipped"


class AnswerKind(StrEnum):
    """What was said about a duty, and what it does to its reminders.

    `taken_care_of` and `delay_asked` come from whoever owes, the others from a manager.
    """

    TAKEN_CARE_OF = "taken_care_of"
    DELAY_ASKED = "delay_asked"
    SNOOZED = "snoozed"
    SKIPPED = "skipped"
    RESUMED = "resumed"


class Frequency(StrEnum):
    """How often a person wants a kind of mail; what each kind allows is in `notifications/preferences.py`."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


class AlertKind(StrEnum):
    """What the day noted of an obligation that is not met: its date gone by, then its ladder's end."""

    LATE = "late"
    ESCALATED = "escalated"


class AliasKind(StrEnum):
    """Why a spelling stands for an organisation."""

    ALIAS = "alias"
    TYPING_ERROR = "typing_error"
