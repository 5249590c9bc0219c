"""What each act before the award says, and what it does: one class an act, told apart by `act`."""

from abc import abstractmethod
from typing import Literal

from pydantic import Field, StrictBool
from sqlalchemy import select

from config.i18n import gettext as _
from models import Application, FunderLine, Obligation, Organisation
from models.errors import BadInput, NotFound
from models.vocabulary import Verdict
from web.api.fields import Day, Given, Line, MoneyIn, Words
from web.api.given import line_id
from workflows import acts
from workflows.answers import ask_delay, take_care
from workflows.desk import Desk


class ActBody(Given):
    """What every act may say."""

    dry_run: StrictBool = Field(False, description="Check that it could be done; nothing is kept.")

    @abstractmethod
    def perform(self, desk: Desk, application: Application) -> None:
        """Do it; raises `Refused`, `BadInput`, `NotFound`."""


class AskPiece(ActBody):
    """Ask the applicant for a document; the eligibility check waits meanwhile."""

    act: Literal["ask_piece"]
    piece: Line
    reason: Words = ""

    def perform(self, desk: Desk, application: Application) -> None:
        acts.ask_piece(desk, application, self.piece, self.reason)


class ReceivePiece(ActBody):
    """A document that was asked for has come."""

    act: Literal["receive_piece"]
    piece: Line

    def perform(self, desk: Desk, application: Application) -> None:
        acts.receive_piece(desk, application, self.piece)


class RecordPriorReport(ActBody):
    """The report of the year before has come, which a renewal needs."""

    act: Literal["record_prior_report"]

    def perform(self, desk: Desk, application: Application) -> None:
        acts.record_prior_report(desk, application)


class GiveOpinion(ActBody):
    """A pilot's opinion; `waived`, with a comment, is a manager's decision to go on without."""

    act: Literal["give_opinion"]
    pilot: Line
    verdict: Verdict
    comment: Words = ""

    def perform(self, desk: Desk, application: Application) -> None:
        pilot = _pilot(application, self.pilot)
        acts.give_opinion(desk, application, pilot, self.verdict, self.comment)


class DecideLine(ActBody):
    """One funder's own decision, ahead of the award; 0 refuses."""

    act: Literal["decide_line"]
    funder: Line
    amount: MoneyIn
    decision_reference: Line
    decided_on: Day | None = None

    def perform(self, desk: Desk, application: Application) -> None:
        acts.decide_line(
            desk,
            application,
            line_of(application, self.funder),
            self.amount,
            reference=self.decision_reference,
            decided_on=self.decided_on,
        )


class Extend(ActBody):
    """More time for something that is owed, with a reason."""

    act: Literal["extend"]
    obligation: Line = Field(description="Its key, as the list of obligations gives it.")
    until: Day
    reason: Words

    def perform(self, desk: Desk, application: Application) -> None:
        owed = obligation_of(desk, application, self.obligation)
        acts.extend(desk, application, owed, self.until, self.reason)


class TakeCare(ActBody):
    """Answer a reminder with « je m’en occupe »: the next ones wait some days."""

    act: Literal["take_care"]
    obligation: Line

    def perform(self, desk: Desk, application: Application) -> None:
        take_care(desk, application, obligation_of(desk, application, self.obligation))


class AskDelay(ActBody):
    """Answer a reminder by asking for more time, with a reason; a manager grants it or not."""

    act: Literal["ask_delay"]
    obligation: Line
    until: Day
    reason: Words

    def perform(self, desk: Desk, application: Application) -> None:
        owed = obligation_of(desk, application, self.obligation)
        ask_delay(desk, application, owed, self.until, self.reason)


def obligation_of(desk: Desk, application: Application, key: str) -> Obligation:
    """A running obligation of that application, by its key; raises `NotFound`, `BadInput`."""
    owed = desk.session.scalar(
        select(Obligation).where(Obligation.key == key, Obligation.application_id == application.id)
    )
    if owed is None:
        raise NotFound(_("Aucune échéance n’a la clé « {key} ».").format(key=key))
    if owed.ended_on is not None:
        raise BadInput(_("Cette échéance est déjà close."))
    return owed


def line_of(application: Application, funder: str) -> FunderLine:
    """The line of a funder, by its name; raises `BadInput`."""
    wanted = line_id(application, funder)
    return next(line for line in application.lines if line.id == wanted)


def _pilot(application: Application, name: str) -> Organisation:
    for pilot in application.fiche.pilots:
        if pilot.organisation.name.casefold() == name.casefold():
            return pilot.organisation
    names = ", ".join(pilot.organisation.name for pilot in application.fiche.pilots)
    raise BadInput(
        _("« {name} » n’est pas pilote de cette fiche ; pilotes : {names}.").format(
            name=name, names=names
        )
    )
