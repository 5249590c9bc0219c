"""What each message says, as typed data: a template can use nothing else."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from models.vocabulary import LineStatus, ReportEnding, ReportKind
from notifications.wording import Line, Words


class Part(BaseModel):
    """A piece of a context: never changed once made, and no field but those named."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Context(Part):
    """What every message carries.

    `page` is where its reader sees the application, or the call, that it is about.
    `instead_of` names the person or organisation the mail was meant for when nobody there can be
    written to and the managers get it in their place. `also`: the subjects of the mails that this
    one stands for, when its reader was to get several at once in several roles. `answers_to` and
    `answers_at`: who reads the answers, and where, when it is not the team.
    """

    contract_code: Line
    contract_name: Line
    reference: Line = ""
    page: Line = ""
    instead_of: Line = ""
    also: tuple[Line, ...] = ()
    answers_to: Line = ""
    answers_at: Line = ""

    def last_day(self) -> date | None:
        """The last day on which it is of any use to read this; None when that never ends."""
        return None


class AboutApplication(Context):
    """What every message about one application carries."""

    title: Line
    applicant: Line
    fiche_number: Line
    fiche_title: Line
    pilot: Line
    year: int


class FunderShare(Part):
    """What one funder was asked and what it decided; `announced`: the day its own mail said so."""

    funder: Line
    asked: Decimal
    status: LineStatus = LineStatus.PENDING
    voted: Decimal | None = None
    decided_on: date | None = None
    decision_reference: Line = ""
    announced: date | None = None


class Acknowledgement(AboutApplication):
    received_at: datetime
    closes_on: date
    late_reason: Words
    shares: tuple[FunderShare, ...]
    requested: Decimal
    check_by: date | None


class MissingPiece(AboutApplication):
    pieces: tuple[Line, ...]
    due: date | None
    reason: Words


class Eligible(AboutApplication):
    pass


class OpinionAsked(AboutApplication):
    due: date | None
    why: Line
    starts_on: date
    ends_on: date
    shares: tuple[FunderShare, ...]
    requested: Decimal
    summary: Words


class Ineligible(AboutApplication):
    reason: Words


class SessionScheduled(AboutApplication):
    held_on: date
    session: Line
    instead_of_day: date | None = None  # the one that an earlier mail told

    def last_day(self) -> date:
        return self.held_on


class Deferred(AboutApplication):
    reason: Words


class AgreementDue(Part):
    """An agreement to be signed with one funder."""

    funder: Line
    due: date


class Award(AboutApplication):
    shares: tuple[FunderShare, ...]
    voted: Decimal
    starts_on: date
    ends_on: date
    threshold: Decimal | None
    agreements: tuple[AgreementDue, ...]
    interim_due: date | None
    final_due: date | None


class Refusal(AboutApplication):
    shares: tuple[FunderShare, ...]
    reason: Words


class ReportDue(AboutApplication):
    voted: Decimal
    ends_on: date
    financial_year_ends_on: date
    due: date | None


class ReportReceived(AboutApplication):
    kind: ReportKind
    ending: ReportEnding
    received_on: date
    voted: Decimal
    spent: Decimal | None
    due: date | None
    why: Line


class ReportReturned(AboutApplication):
    kind: ReportKind
    reason: Words
    due: date | None


class ReportAccepted(AboutApplication):
    voted: Decimal


class NotCarriedOut(AboutApplication):
    reason: Words
    to_repay: Decimal
    due: date | None


class Withdrawn(AboutApplication):
    on: date
    reason: Words


class WithdrawnStaff(Withdrawn):
    stage: Line


class StillOwed(Part):
    """A duty that is in force again after a correction."""

    label: Line
    owner: Line
    due: date


class Correction(AboutApplication):
    earlier_subjects: tuple[Line, ...]
    earlier_on: date
    reason: Words
    stage: Line
    owed: tuple[StillOwed, ...]
