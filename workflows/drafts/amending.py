"""A draft that amends an application: filled with what it says, set against it again, sent once."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.i18n import gettext as _
from models import Amending, Application, Call, FunderLine, SavedDraft
from models.errors import BadInput, Conflict, NotFound, Problem, Reason, Refused
from models.vocabulary import Act, State
from workflows.applications.amending import amend
from workflows.applications.comparing import Change, changes_in
from workflows.applications.loading import with_neighbourhoods
from workflows.attachments.keeping import Owner, attachments_of, hand_over
from workflows.desk import Desk, hindrances, team_of
from workflows.drafts.checking import Checked, check
from workflows.drafts.content import Content
from workflows.drafts.held import content_of, joined
from workflows.queries import get_application_by_id
from workflows.submission import Known

COLUMNS = frozenset(
    {"fiche", "title", "summary", "starts_on", "ends_on", "financial_year_ends_on", "charges",
     "resources", "renewal", "qpvs"}
)  # what the form asks, but for who applies; what is asked of each funder is always looked at  # fmt: skip

_AS_FILED = select(Application).options(  # what the form says, in one question
    joinedload(Application.call).joinedload(Call.contract),
    joinedload(Application.fiche),
    joinedload(Application.applicant),
    joinedload(Application.contact),
    joinedload(Application.lines).joinedload(FunderLine.funder),
    joinedload(Application.qpvs),
)
_WITH_ITS_CALL = _AS_FILED.options(
    joinedload(Application.call).options(selectinload(Call.fiches), selectinload(Call.sessions))
)


class Compared(NamedTuple):
    """A draft set against the application as it is now.

    `outdated`: somebody else changed the application since the draft was begun.
    """

    application: Application
    checked: Checked
    changes: list[Change]
    outdated: bool


def as_filed(session: Session, reference: str) -> Application:
    """What a form of that application shows, the fiches of its call loaded; raises `NotFound`."""
    named = _WITH_ITS_CALL.where(Application.reference == reference)
    found = session.scalars(named).unique().one_or_none()
    if found is None:
        raise NotFound(_("Ce dossier n’existe plus."))
    return found


def begin_amending(desk: Desk, application: Application, person_id: int) -> SavedDraft:
    """The person's draft on that application: the one that is open, else a new one, filled.

    Raises `Refused` when the application cannot be amended now, or not by them.
    """
    if reasons := hindrances(desk, application, Act.AMEND):
        raise Refused(reasons)
    if open_one := find_amending(desk.session, person_id, application.id):
        return open_one
    held = content_of(with_neighbourhoods(desk.session, application)).as_json()
    draft = SavedDraft(
        call_id=application.call_id,
        person_id=person_id,
        content=held,
        started_at=desk.now,
        saved_at=desk.now,
        amending=Amending(application_id=application.id, person_id=person_id, base=held),
    )
    desk.session.add(draft)
    desk.session.flush()
    return draft


def find_amending(session: Session, person_id: int, application_id: int) -> SavedDraft | None:
    """The person's open draft on that application; raises nothing."""
    return drafts_amending(session, person_id).get(application_id)


def drafts_amending(session: Session, person_id: int) -> dict[int, SavedDraft]:
    """What a person has begun to change and not sent, by application; raises nothing."""
    query = (
        select(SavedDraft)
        .join(SavedDraft.amending)
        .where(Amending.person_id == person_id)
        .options(joinedload(SavedDraft.amending))
    )
    return {_amending(draft).application_id: draft for draft in session.scalars(query)}


def why_not_sent(desk: Desk, application: Application) -> str:
    """Why modifications cannot be sent now, and what to do; empty when they can. Raises nothing."""
    if application.state is not State.SUBMITTED:
        said = _(
            "L’équipe a commencé l’examen de cette demande, ou elle est close : elle ne se modifie plus"
            " ici. Vos modifications sont gardées ; écrivez à l’équipe ({contact})."
        )
        return said.format(contact=team_of(desk.session, application.call.contract_id))
    reasons = [reason.text for reason in hindrances(desk, application, Act.AMEND)]
    kept = _("Vos modifications sont gardées, elles ne sont pas envoyées.")
    return " ".join([*reasons, kept]) if reasons else ""


def compare(desk: Desk, saved: SavedDraft) -> Compared:
    """Set the draft against its application, both as they are now; raises nothing."""
    amending = _amending(saved)
    named = _AS_FILED.where(Application.id == amending.application_id)
    application = desk.session.scalars(named).unique().one()
    outdated = content_of(application).as_json() != amending.base
    checked = check(desk.session, saved, desk.actor, desk.now)
    draft = checked.draft
    changes = changes_in(application, draft, application.call, COLUMNS) if draft else []
    return Compared(application, checked, changes, outdated)


def send_amendment(desk: Desk, saved: SavedDraft) -> Application:
    """Do what the draft says, attach its files, throw it away.

    Raises `Conflict` when the team changed or moved the application meanwhile, `Refused` when the
    call is closed, `BadInput` with every problem by field, or when there is nothing to change;
    the draft then stays as it is.
    """
    get_application_by_id(desk.session, _amending(saved).application_id)  # whole, to be changed
    application, checked, changes, outdated = compare(desk, saved)
    if said := why_not_sent(desk, application):
        raise _no_longer(application, said)
    if outdated:
        raise Conflict(changed_meanwhile())
    if checked.draft is None:
        raise BadInput([Problem(text, column=field) for field, text in checked.troubles])
    files = attachments_of(desk.session, Owner(draft_id=saved.id))
    if not changes and not files:
        raise BadInput(nothing_changed())
    known = Known.gather(desk.session, [checked.draft])
    told = [{"sha256": file.sha256, "size": file.size} for file in files]
    amend(desk, application, checked.draft, changes, known, files=told)
    hand_over(desk.session, saved.id, application.id)
    desk.session.delete(saved)
    desk.session.flush()
    return application


def catch_up(desk: Desk, saved: SavedDraft) -> None:
    """Take up what others changed meanwhile, where this person changed nothing; raises nothing."""
    amending, application = _amending(saved), compare(desk, saved).application
    theirs = content_of(application)
    mine, base = Content.of_json(saved.content), Content.of_json(amending.base)
    saved.content, saved.saved_at = joined(mine, base, theirs).as_json(), desk.now
    amending.base = theirs.as_json()


def changed_meanwhile() -> str:
    """What to read when somebody else changed the application; raises nothing."""
    return _(
        "Cette demande a été modifiée entre-temps, par l’équipe ou dans une autre fenêtre : rien n’est"
        " envoyé, vos modifications sont gardées. Reprenez-les sur la demande telle qu’elle est"
        " maintenant, puis relisez."
    )


def nothing_changed() -> str:
    """What to read when the draft says the same as the application; raises nothing."""
    return _("Vous n’avez rien changé : il n’y a rien à envoyer.")


def _amending(saved: SavedDraft) -> Amending:
    if saved.amending is None:
        raise Conflict(_("Ce brouillon ne modifie aucune demande."))
    return saved.amending


def _no_longer(application: Application, said: str) -> Conflict | Refused:
    if application.state is not State.SUBMITTED:
        return Conflict(said)
    return Refused([Reason(Act.AMEND, said)])
