"""A draft becomes an application, once, through the door that all applications go through."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Call, SavedDraft
from models.errors import BadInput, Conflict, Problem, Reason, Refused
from notifications.formats import short_day
from workflows.actors import Actor
from workflows.advance import Done, submit
from workflows.attachments.keeping import hand_over
from workflows.call_window import Window, window_of
from workflows.deadlines import civil_date
from workflows.drafts.checking import check
from workflows.submission import build


def why_not_now(call: Call, today: date) -> str:
    """Why nothing can be submitted to `call` that day; empty when it can. Raises nothing."""
    window = window_of(call, today)
    if window is Window.OPEN:
        return ""
    if window is Window.AHEAD:
        said = _(
            "L’appel ouvre le {day} : votre brouillon est gardé, vous pourrez le déposer alors."
        )
        return said.format(day=short_day(call.opens_on))
    said = _(
        "L’appel est clos depuis le {day} au soir : votre brouillon est gardé, mais il ne peut plus"
        " être déposé ici. Écrivez aux responsables du programme."
    )
    return said.format(day=short_day(call.closes_on))


def file_draft(session: Session, saved: SavedDraft, actor: Actor, now: datetime) -> Done:
    """Submit a draft, whose files follow it; it stays, emptied, and points to the application.

    Raises `BadInput` with every problem by field, `Refused` when the call is not open, `Conflict`
    when it was submitted already.
    """
    if saved.application_id is not None:
        raise Conflict(
            _(
                "Cette demande a déjà été déposée : ouvrez-la dans « Mes demandes » pour la modifier."
            )
        )
    if saved.amending is not None:
        raise Conflict(
            _(
                "Ce brouillon modifie une demande déjà déposée : il s’envoie depuis sa page de relecture."
            )
        )
    if said := why_not_now(saved.call, civil_date(now)):
        raise Refused([Reason("call_open", said)])
    checked = check(session, saved, actor, now)
    if checked.draft is None:
        raise BadInput([Problem(text, column=field) for field, text in checked.troubles])
    if saved.person.name == saved.person.email:  # known by an address alone until now
        saved.person.name = checked.draft.contact_name
    done = submit(session, build(session, saved.call, checked.draft), actor, now)
    session.flush()
    application_id = done.entry.application_id
    if application_id is None:
        raise Conflict(_("La demande n’a pas été enregistrée : recommencez."))
    hand_over(session, saved.id, application_id)
    saved.application_id, saved.content, saved.saved_at = application_id, {}, now
    session.flush()
    return done
