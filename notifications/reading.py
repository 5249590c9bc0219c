"""What every builder reads off a cause: the application in words, its funder lines, its dates."""

from datetime import date
from typing import Any

from config.vocabulary import Duty
from models import FunderLine
from notifications.cause import Cause
from notifications.contexts import FunderShare
from notifications.formats import PARIS


def about(cause: Cause) -> dict[str, Any]:
    """The fields of `AboutApplication`."""
    application, pilot = cause.application, cause.lead_pilot
    return {
        "contract_code": application.call.contract.code,
        "contract_name": application.call.contract.name,
        "reference": application.reference,
        "title": application.title,
        "applicant": application.applicant.name,
        "fiche_number": application.fiche.number,
        "fiche_title": application.fiche.title,
        "pilot": pilot.name if pilot else "",
        "year": application.call.year,
    }


def shares(cause: Cause) -> tuple[FunderShare, ...]:
    """What each funder was asked, and what it decided so far."""
    return tuple(
        share.model_copy(update={"announced": _announced(cause, share)})
        for share in map(share_of, cause.application.lines)
    )


def share_of(line: FunderLine) -> FunderShare:
    """What one funder was asked, and what it decided so far."""
    return FunderShare(
        funder=line.funder.name,
        asked=line.asked,
        status=line.status,
        voted=line.voted,
        decided_on=line.decided_on,
        decision_reference=line.decision_reference or "",
    )


def _announced(cause: Cause, share: FunderShare) -> date | None:
    def verdict(of: FunderShare) -> tuple[object, ...]:
        return of.funder, of.status, of.voted

    same = (told.on for told in cause.announced if verdict(told.share) == verdict(share))
    return next(same, None)


def due(cause: Cause, duty: Duty) -> date | None:
    """When what is owed must be done; None when nothing of this kind is owed."""
    owed = cause.owed(duty)
    return owed.effective_on if owed else None


def today(cause: Cause) -> date:
    """The civil date in Paris."""
    return cause.now.astimezone(PARIS).date()
