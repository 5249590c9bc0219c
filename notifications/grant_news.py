"""What is written about a grant on its way: an agreement to sign, a report accepted."""

from datetime import date
from decimal import Decimal

from config.policy import load_policies
from config.vocabulary import Duty
from models.vocabulary import ReportKind
from notifications.cause import Cause
from notifications.contexts import AboutApplication
from notifications.reading import about, due
from notifications.samples import ABOUT
from notifications.wording import Line


class AgreementToSign(AboutApplication):
    """To the grantee; without a date when no law asks for this agreement."""

    funder: Line
    voted: Decimal
    threshold: Decimal | None
    due: date | None


class ReportApproved(AboutApplication):
    """To the grantee, before the file is closed."""

    kind: ReportKind


def agreement_to_sign(cause: Cause) -> AgreementToSign:
    lines = cause.application.lines
    named = cause.entry.facts.get("funder")
    line = next((line for line in lines if line.funder.name == named), lines[0])
    threshold, owed = load_policies().deadlines.agreement.threshold, due(cause, Duty.AGREEMENT)
    return AgreementToSign(
        **about(cause),
        funder=line.funder.name,
        voted=line.voted or Decimal(0),
        threshold=threshold.strictly_above if threshold and owed else None,
        due=owed,
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
REPORT_APPROVED = ReportApproved(**ABOUT, kind=ReportKind.FINAL)
