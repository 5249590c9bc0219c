"""Drafts begun, saved, found again and thrown away; each belongs to one person."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.i18n import gettext as _
from models import Amending, Application, Call, Person, SavedDraft
from models.errors import BadInput, Conflict, NotFound
from workflows.drafts.content import Content

AT_MOST = 30  # drafts that one person may have open


def begin(
    session: Session, call: Call, person: Person, now: datetime, fiche: str = ""
) -> SavedDraft:
    """A new draft on that fiche, with what is known of the person from their last application.

    Raises `BadInput` when they have too many.
    """
    query = select(func.count()).where(_to_submit(person.id))
    if (session.scalar(query) or 0) >= AT_MOST:
        said = _("Vous avez déjà {most} brouillons : déposez-en un, ou supprimez-en un.")
        raise BadInput(said.format(most=AT_MOST))
    draft = SavedDraft(
        call=call,
        person_id=person.id,
        content=_known(session, person, fiche).as_json(),
        started_at=now,
        saved_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def _to_submit(person_id: int) -> ColumnElement[bool]:
    """Drafts of new applications, not of what is to be changed in one."""
    return and_(
        SavedDraft.person_id == person_id,
        SavedDraft.application_id.is_(None),
        ~exists().where(Amending.draft_id == SavedDraft.id),
    )


def _known(session: Session, person: Person, fiche: str) -> Content:
    """Who applied last time, so that a person who comes once a year types it once."""
    last = session.scalar(
        select(Application)
        .where(Application.contact_id == person.id)
        .options(joinedload(Application.applicant))
        .order_by(Application.id.desc())
        .limit(1)
    )
    name = "" if person.name == person.email else person.name
    if last is None:
        return Content({"contact": name, "fiche": fiche})
    texts = {
        "contact": name,
        "fiche": fiche,
        "applicant": last.applicant.name,
        "siret": last.applicant.siret or "",
        "rna": last.applicant.rna or "",
    }
    return Content(texts)


def save(draft: SavedDraft, content: Content, *, seen_revision: int, now: datetime) -> None:
    """Keep what was typed; raises `Conflict` when the draft was saved elsewhere or submitted since."""
    if draft.application_id is not None:
        raise Conflict(
            _(
                "Cette demande a déjà été déposée : ouvrez-la dans « Mes demandes » pour la modifier."
            )
        )
    if draft.revision != seen_revision:
        raise Conflict(
            _(
                "Ce brouillon a été enregistré entre-temps depuis une autre fenêtre :"
                " vérifiez ce qui suit, puis enregistrez de nouveau."
            )
        )
    kept = content.as_json()
    if kept != draft.content:
        draft.content, draft.saved_at = kept, now


def get_draft(session: Session, person_id: int, draft_id: int) -> SavedDraft:
    """That draft of that person, with its call; raises `NotFound`, somebody else's included."""
    found = session.scalar(
        select(SavedDraft)
        .where(SavedDraft.id == draft_id, SavedDraft.person_id == person_id)
        .options(
            joinedload(SavedDraft.call).options(
                joinedload(Call.contract), selectinload(Call.fiches), selectinload(Call.sessions)
            ),
            joinedload(SavedDraft.person),
            joinedload(SavedDraft.application),
            joinedload(SavedDraft.amending)
            .joinedload(Amending.application)
            .options(
                joinedload(Application.applicant),
                joinedload(Application.contact),
                joinedload(Application.call),
            ),
        )
    )
    if found is None:
        raise NotFound(_("Ce brouillon n’existe pas, ou n’est pas le vôtre."))
    return found


def drafts_of(session: Session, person_id: int) -> list[SavedDraft]:
    """What a person has begun and not submitted, the last saved first; raises nothing."""
    query = (
        select(SavedDraft)
        .where(_to_submit(person_id))
        .options(joinedload(SavedDraft.call))
        .order_by(SavedDraft.saved_at.desc(), SavedDraft.id.desc())
    )
    return list(session.scalars(query))


def discard(session: Session, draft: SavedDraft) -> None:
    """Throw a draft away, its files too; raises `Conflict` once it was submitted."""
    if draft.application_id is not None:
        raise Conflict(
            _(
                "Cette demande a déjà été déposée : ouvrez-la dans « Mes demandes » pour la modifier."
            )
        )
    session.delete(draft)
    session.flush()
