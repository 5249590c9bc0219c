"""What is written about a grant on its way: an agreement to sign, a report accepted."""

from datetime import date
from decimal import Decimal

from config.policy import load_policies
from config.vocabulary import Duty
from models import FunderLine
from models.vocabulary import LineStatus, ReportKind
from notifications.cause import Cause
from notifications.contexts import AboutApplication, FunderShare
from notifications.reading import about, due, share_of, today
from notifications.samples import ABOUT, DECIDED
from notifications.wording import Line


class AgreementToSign(AboutApplication):
    """To the grantee; without a date when no law asks for this agreement."""

    funder: Line
    voted: Decimal
    threshold: Decimal | None
    due: date | None


class FunderDecision(AboutApplication):
    """To the grantee, when one funder decides before the others; `waiting` are those that have not.

    `replaces`: a mail already told another decision of the same funder.
    """

    share: FunderShare
    waiting: tuple[Line, ...]
    held_on: date | None = None
    replaces: bool = False


class ReportApproved(AboutApplication):
    """To the grantee, before the file is closed."""

    kind: ReportKind


def _line(cause: Cause) -> FunderLine:
    """That of the funder whom the entry names."""
    lines, named = cause.application.lines, cause.entry.facts.get("funder")
    return next((line for line in lines if line.funder.name == named), lines[0])


def agreement_to_sign(cause: Cause) -> AgreementToSign:
    line = _line(cause)
    threshold, owed = load_policies().deadlines.agreement.threshold, due(cause, Duty.AGREEMENT)
    return AgreementToSign(
        **about(cause),
        funder=line.funder.name,
        voted=line.voted or Decimal(0),
        threshold=threshold.strictly_above if threshold and owed else None,
        due=owed,
    )


def funder_decision(cause: Cause) -> FunderDecision | None:
    facts, application = cause.entry.facts, cause.application
    if facts.get("unchanged"):
        return None  # recorded a second time: its mail is owed already
    lines = application.lines
    line = _line(cause)
    held_on = application.session.held_on if application.session else None
    return FunderDecision(
        **about(cause),
        share=share_of(line),
        waiting=tuple(one.funder.name for one in lines if one.status is LineStatus.PENDING),
        held_on=held_on if held_on and held_on >= today(cause) else None,
        replaces=bool(facts.get("replaces")),
    )


def report_approved(cause: Cause) -> ReportApproved:
    return ReportApproved(**about(cause), kind=ReportKind.FINAL)


AGREEMENT_TO_SIGN = AgreementToSign(
    **ABOUT,
    funder="État",
    voted=Decimal(25000),
    threshold=Decimal(23000),
    due=date(2021, 6, 1),
)
FUNDER_DECISION = FunderDecision(
    **ABOUT, share=DECIDED[1], waiting=("Ville", "CAF"), held_on=date(2021, 4, 15), replaces=True
)
REPORT_APPROVED = ReportApproved(**ABOUT, kind=ReportKind.FINAL)
