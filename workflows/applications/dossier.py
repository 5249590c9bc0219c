"""What one application shows: identity, funder lines, journal, obligations, mail."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from models.vocabulary import LineStatus, MessageStatus, PaymentKind


class Event(NamedTuple):
    """One entry of the journal, with its words when they were not erased."""

    seq: int
    at: datetime
    action: str
    source: str | None
    dest: str | None
    role: str
    person: str | None
    facts: dict[str, Any]
    words: str | None


class Due(NamedTuple):
    """One obligation, running or ended."""

    key: str
    duty: str
    owed_by: str
    organisation: str
    about: str
    rule: str
    nominal: date
    due: date
    status: str


class Mail(NamedTuple):
    """One message owed or sent about the application."""

    key: str
    recipient: str
    template: str
    subject: str
    due: datetime
    status: MessageStatus
    id: int


class Paid(NamedTuple):
    """One payment on a funder line, or repayment; `cancelled` when it was undone."""

    id: int
    kind: PaymentKind
    amount: Decimal
    paid_on: date
    reference: str
    cancelled: bool


class Share(NamedTuple):
    """One funder line."""

    funder: str
    asked: Decimal
    comment: str
    opinion: str | None
    proposed: Decimal | None
    status: LineStatus
    voted: Decimal | None
    decided_on: date | None
    decision_reference: str | None
    agreement_signed_on: date | None
    agreement_published_on: date | None
    paid: Decimal
    repaid: Decimal
    payments: list[Paid]

    @property
    def left(self) -> Decimal:
        """What the funder has still to pay."""
        return (self.voted or Decimal(0)) - self.paid


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything there is to show of one application; `identity` is by field, ready for JSON."""

    identity: dict[str, Any]
    lines: list[Share]
    journal: list[Event]
    obligations: list[Due]
    mail: list[Mail]

    def as_json(self) -> dict[str, Any]:
        """Plain containers, dates and amounts as they are; raises nothing."""
        return {
            **self.identity,
            "lines": [
                line._asdict() | {"payments": [paid._asdict() for paid in line.payments]}
                for line in self.lines
            ],
            "journal": [event._asdict() for event in self.journal],
            "obligations": [due._asdict() for due in self.obligations],
            "mail": [mail._asdict() for mail in self.mail],
        }
