"""The words that policies are written in: what is owed, from which event, by whom, told to whom."""

from enum import StrEnum


class Duty(StrEnum):
    """Everything that somebody may owe by a date; each has its entry in `deadlines.yaml`."""

    ELIGIBILITY_CHECK = "eligibility_check"
    MISSING_PIECE = "missing_piece"
    PILOT_OPINION = "pilot_opinion"
    AGREEMENT = "agreement"
    PUBLICATION = "publication"
    INTERIM_REPORT = "interim_report"
    FINAL_REPORT = "final_report"
    REPORT_REVIEW = "report_review"
    REPORT_CORRECTION = "report_correction"
    REPAYMENT = "repayment"


class Anchor(StrEnum):
    """An event whose civil date a deadline is counted from."""

    CALL_CLOSES = "call_closes"
    SUBMITTED = "submitted"
    ASKED = "asked"
    SESSION = "session"
    ELIGIBILITY = "eligibility"
    DECISION = "decision"
    SIGNATURE = "signature"
    FINANCIAL_YEAR_END = "financial_year_end"
    ACTION_END = "action_end"
    RECEIVED = "received"
    RETURNED = "returned"


class DayPolicy(StrEnum):
    """What becomes of a deadline that falls on a closed day."""

    STRICT = "strict"
    NEXT_WORKING_DAY = "next_working_day"


class OwedBy(StrEnum):
    """Whose obligation it is."""

    GRANTEE = "grantee"
    PILOT = "pilot"
    MANAGER = "manager"


class Audience(StrEnum):
    """Who is told; the owner is whoever owes the thing, the pilot is that of the fiche."""

    OWNER = "owner"
    PILOT = "pilot"
    PILOT_HEAD = "pilot_head"
    MANAGER = "manager"


class CatchUp(StrEnum):
    """What becomes of a reminder whose day went by while nothing ran.

    `send_late`: it leaves at the first run. `merge`: only the latest of the missed ones leaves.
    `skip`: it is given up.
    """

    SEND_LATE = "send_late"
    MERGE = "merge"
    SKIP = "skip"


class Weekday(StrEnum):
    """The days of a week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
