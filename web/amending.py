"""What the pages of a draft show when it amends an application: what changes, and why it may not be sent."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from models import SavedDraft
from models.errors import JalonError
from notifications.changes import Changed, changed
from web.errors import answer_of, sentences_of
from web.visit import Visit
from workflows.applications.amending import names_of
from workflows.attachments.keeping import Owner, attachments_of
from workflows.desk import Desk
from workflows.drafts.amending import (
    Compared,
    changed_meanwhile,
    compare,
    nothing_changed,
    why_not_sent,
)
from workflows.drafts.filing import why_not_now

SEE_OTHER = 303


def desk_of(visit: Visit) -> Desk:
    """A desk for whoever visits, now."""
    return Desk.at(visit.session, visit.actor, visit.now)


def beside(visit: Visit, saved: SavedDraft) -> dict[str, Any]:
    """What a draft's form shows beside its fields: the application that it amends, why it must wait."""
    if saved.amending is None:
        return {"amends": None, "why_not": why_not_now(saved.call, visit.today), "sent": []}
    application = saved.amending.application
    return {
        "amends": application,
        "why_not": why_not_sent(desk_of(visit), application),
        "sent": attachments_of(visit.session, Owner(application_id=application.id)),
    }


def review_amendment(visit: Visit, saved: SavedDraft, error: JalonError | None = None) -> Response:
    """Before and after, of everything that would change."""
    compared = compare(desk_of(visit), saved)
    if compared.checked.draft is None:
        return RedirectResponse(f"/brouillons/{saved.id}?verifier=1", SEE_OTHER)
    files = attachments_of(visit.session, Owner(draft_id=saved.id))
    why_not = why_not_sent(desk_of(visit), compared.application)
    idle = not (compared.changes or files)
    return visit.page(
        "amend_review.html",
        answer_of(error).status if error else 200,
        saved=saved,
        application=compared.application,
        changes=_before_and_after(compared),
        files=files,
        problems=sentences_of(error) if error else [],
        why_not=why_not,
        outdated=changed_meanwhile() if compared.outdated and not why_not else "",
        nothing=nothing_changed() if idle else "",
        sendable=not (why_not or compared.outdated or idle),
    )


def _before_and_after(compared: Compared) -> tuple[Changed, ...]:
    """The changes as the journal will tell them, with the words that it leaves out."""
    application, draft = compared.application, compared.checked.draft
    if draft is None:
        return ()
    held = {change.field: change.facts for change in compared.changes if change.facts}
    told = {
        "title": {"old": application.title, "new": draft.title},
        "summary": {"old": application.summary, "new": draft.summary},
        "fiche": {
            "old": f"{application.fiche.number} – {application.fiche.title}",
            "new": f"{draft.fiche.number} – {draft.fiche.title}",
        },
    }
    funders = {funder.id: funder.name for funder in compared.checked.choices.funders}
    return changed(
        {
            "changed": [change.field for change in compared.changes],
            "values": held | told,
            "names": names_of(application, draft, funders),
        }
    )
