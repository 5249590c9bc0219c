"""What an application page shows of its past and of what is owed, in the order that people read."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from config.i18n import gettext as _
from config.labels import VERDICTS, obligation_label
from config.policy import load_policies
from config.vocabulary import Duty
from models.vocabulary import MessageStatus, ObligationStatus
from notifications.formats import euros
from workflows.applications.dossier import Due, Event, Mail

TONES = {
    MessageStatus.SENT: "good",
    MessageStatus.REFUSED: "bad",
    MessageStatus.EXPIRED: "bad",
    MessageStatus.HELD: "warn",
    MessageStatus.DEFERRED: "warn",
}


class Moment(NamedTuple):
    """One line of the timeline: an entry of the journal, or a mail."""

    entry: Event | None = None
    mail: Mail | None = None

    @property
    def tone(self) -> str:
        """How the mail fares, as a style."""
        return TONES.get(self.mail.status, "") if self.mail else ""

    @property
    def about(self) -> str:
        """Which funder and how much, whose opinion, which piece: what the entry's name leaves out."""
        facts = self.entry.facts if self.entry else {}
        who = facts.get("funder") or facts.get("organisation") or facts.get("piece") or ""
        if "amount" in facts:
            return f"{who} : {euros(Decimal(facts['amount']))}"
        return f"{who} : {_(VERDICTS[facts['verdict']])}" if "verdict" in facts else who


class Expected(NamedTuple):
    """One obligation, as the page words it."""

    key: str
    label: str
    about: str
    organisation: str
    due: date
    days: int
    running: bool
    status: str


def timeline_of(journal: list[Event], mail: list[Mail]) -> list[Moment]:
    """Entries and mail together, the latest first."""
    dated = [(event.at, 0, event.seq, Moment(entry=event)) for event in journal]
    dated += [(m.due, 1, place, Moment(mail=m)) for place, m in enumerate(mail)]
    return [moment for *_when, moment in sorted(dated, key=lambda row: row[:3], reverse=True)]


def expected_of(obligations: list[Due], today: date) -> list[Expected]:
    """What is owed, running ones first."""
    rows = [
        Expected(
            key=due.key,
            label=_(load_policies().deadlines[Duty(due.duty)].label),
            about=due.about,
            organisation=due.organisation,
            due=due.due,
            days=(due.due - today).days,
            running=due.status == ObligationStatus.OPEN,
            status=obligation_label(due.status),
        )
        for due in obligations
    ]
    return sorted(rows, key=lambda row: (not row.running, row.due))
