"""What each act after the award says, and what it does."""

from typing import Literal

from pydantic import StrictBool

from models import Application
from models.vocabulary import ReportEnding, ReportKind
from web.api.act_bodies import ActBody, line_of
from web.api.fields import Day, Line, MoneyIn, Words
from workflows import agreements, grants
from workflows.desk import Desk


class SignAgreement(ActBody):
    """The agreement with one funder is signed."""

    act: Literal["sign_agreement"]
    funder: Line
    on: Day | None = None

    def perform(self, desk: Desk, application: Application) -> None:
        agreements.sign_agreement(desk, application, line_of(application, self.funder), self.on)


class PublishAgreement(ActBody):
    """The essential data of an agreement are public."""

    act: Literal["publish_agreement"]
    funder: Line
    on: Day | None = None

    def perform(self, desk: Desk, application: Application) -> None:
        agreements.publish_agreement(desk, application, line_of(application, self.funder), self.on)


class ReceiveReport(ActBody):
    """A report has come in."""

    act: Literal["receive_report"]
    kind: ReportKind
    ending: ReportEnding = ReportEnding.CARRIED_OUT
    spent: MoneyIn | None = None
    comment: Words = ""
    asked_end: Day | None = None

    def perform(self, desk: Desk, application: Application) -> None:
        grants.receive_report(
            desk,
            application,
            self.kind,
            ending=self.ending,
            spent=self.spent,
            comment=self.comment,
            asked_end=self.asked_end,
        )


class ReviewReport(ActBody):
    """The final report is approved, or sent back with what is missing."""

    act: Literal["review_report"]
    accept: StrictBool
    reason: Words = ""

    def perform(self, desk: Desk, application: Application) -> None:
        grants.review_report(desk, application, accept=self.accept, reason=self.reason)


class Postpone(ActBody):
    """The action ends later; its final report moves along."""

    act: Literal["postpone"]
    ends_on: Day
    reason: Words

    def perform(self, desk: Desk, application: Application) -> None:
        grants.postpone(desk, application, self.ends_on, self.reason)
