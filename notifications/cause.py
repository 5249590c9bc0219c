"""Why a mail is owed: what happened to an application, and what it opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from config.vocabulary import Duty
from models import Application, JournalEntry, Message, Obligation, Organisation
from models.vocabulary import Act, Trigger
from notifications.contexts import FunderShare


class Audience(StrEnum):
    """To whom a message of the catalogue goes."""

    GRANTEE = "grantee"
    LEAD_PILOT = "lead_pilot"
    MANAGERS = "managers"
    OWNER = "owner"  # whoever owes what the mail speaks of
    ALREADY_WRITTEN = "already_written"  # whoever got the mail that is now corrected


class Announced(NamedTuple):
    """What a mail of its own already said of one funder's decision, and when."""

    share: FunderShare
    on: date


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that happened, as the catalogue reads it.

    The caller loads the application with its call and contract, fiche with pilots and their
    organisations, applicant, contact, funder lines with funders, session, opinions, pieces and
    reports. `obligations` are those that the action opened (for a correction: put back in force).
    `corrected` are the messages already sent about the entry that a correction undoes; `live` is
    all that is owed on the application, looked up for those messages that speak of it; `announced`
    are the decisions of single funders that went before an award or a refusal.
    """

    application: Application
    action: Trigger | Act
    entry: JournalEntry
    obligations: Sequence[Obligation]
    reason: str
    now: datetime
    corrected: Sequence[Message] = ()
    live: Sequence[Obligation] = ()
    announced: Sequence[Announced] = ()

    def owed(self, duty: Duty) -> Obligation | None:
        """The obligation of this kind that the action opened, or one that was owed already."""
        return next((o for o in (*self.obligations, *self.live) if o.duty is duty), None)

    @property
    def lead_pilot(self) -> Organisation | None:
        """The organisation that leads the fiche; None for a fiche without a pilot."""
        pilots = sorted(self.application.fiche.pilots, key=lambda pilot: pilot.position)
        return pilots[0].organisation if pilots else None
