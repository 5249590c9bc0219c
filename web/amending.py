"""What the pages of a draft show when it amends an application: what changes, and why it may not be sent."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from starlette.responses import RedirectResponse, Response

from models import Application, SavedDraft
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
from workflows.submission import Draft

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
        changes=_compared_in_words(compared),
        files=files,
        problems=sentences_of(error) if error else [],
        why_not=why_not,
        outdated=changed_meanwhile() if compared.outdated and not why_not else "",
        nothing=nothing_changed() if idle else "",
        sendable=not (why_not or compared.outdated or idle),
    )


class Told(NamedTuple):
    """What the journal leaves out of an amendment, for who may read it."""

    title: str
    summary: str
    fiche: str
    email: str = ""

    @classmethod
    def of(cls, said: Application | Draft) -> Self:
        """What an application or a draft says."""
        fiche = f"{said.fiche.number} – {said.fiche.title}"
        contact = said.contact if isinstance(said, Application) else None
        return cls(said.title, said.summary, fiche, contact.email if contact else "")


def before_and_after(facts: Mapping[str, Any], before: Told, after: Told) -> tuple[Changed, ...]:
    """The changes as the journal tells them in `facts`, with the words that it leaves out."""
    told = {
        name: {"old": old, "new": new}
        for name, old, new in zip(Told._fields, before, after, strict=True)
    }
    return changed({**facts, "values": {**facts.get("values", {}), **told}})


def _compared_in_words(compared: Compared) -> tuple[Changed, ...]:
    application, draft = compared.application, compared.checked.draft
    if draft is None:
        return ()
    funders = {funder.id: funder.name for funder in compared.checked.choices.funders}
    facts = {
        "changed": [change.field for change in compared.changes],
        "values": {change.field: change.facts for change in compared.changes if change.facts},
        "names": names_of(application, draft, funders),
    }
    return before_and_after(facts, Told.of(application), Told.of(draft))
