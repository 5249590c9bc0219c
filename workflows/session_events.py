"""A committee day as an event of a calendar: for the mail of its agenda, and for the feed of who sits there."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import (
    Application,
    Call,
    CommitteeSession,
    Contact,
    FichePilot,
    FunderLine,
    JournalEntry,
    Message,
    Person,
    RoleGrant,
)
from models.vocabulary import Act, Role, State
from notifications.calendars import DutyEvent
from notifications.wording import one_line


def session_event(session: Session, planned: CommitteeSession, *, void: bool = False) -> DutyEvent:
    """The event of that committee day, in the language in force; raises nothing.

    Its identifier is for ever. Its sequence grows when the day moves and when the agenda changes.
    """
    return DutyEvent(
        key=f"committee_session:{planned.id}",
        due=planned.held_on,
        summary=one_line(_("Comité des financeurs : {label}").format(label=planned.label)),
        description=_("L’ordre du jour vous est envoyé par courriel quelques jours avant."),
        sequence=_moves(session, planned) + _agendas(session, planned),
        void=void,
    )


def sessions_of(session: Session, person: Person, today: date) -> Sequence[CommitteeSession]:
    """The committee days to come on which this person sits, the next first; raises nothing."""
    theirs = select(Contact.organisation_id).where(Contact.person_id == person.id)
    granted = select(RoleGrant.organisation_id).where(RoleGrant.person_id == person.id)
    managed = select(RoleGrant.contract_id).where(
        RoleGrant.person_id == person.id, RoleGrant.role == Role.MANAGER
    )
    everywhere = managed.where(RoleGrant.contract_id.is_(None)).exists()
    led = select(FichePilot.fiche_id).where(FichePilot.organisation_id.in_(theirs))
    funders = granted.where(RoleGrant.role == Role.FUNDER)
    funded = select(FunderLine.application_id).where(
        or_(FunderLine.funder_id.in_(theirs), FunderLine.funder_id.in_(funders))
    )
    files = select(Application.session_id).where(
        Application.state == State.COMMITTEE,
        Application.session_id == CommitteeSession.id,
        or_(
            Call.contract_id.in_(managed),
            everywhere,
            Application.fiche_id.in_(led),
            Application.id.in_(funded),
        ),
    )
    query = (
        select(CommitteeSession)
        .join(Call, Call.id == CommitteeSession.call_id)
        .where(CommitteeSession.held_on >= today, files.exists())
        .order_by(CommitteeSession.held_on, CommitteeSession.id)
    )
    return session.scalars(query).all()


def _moves(session: Session, planned: CommitteeSession) -> int:
    """How often its day was moved, as the journal tells it, from the present one back."""
    call = session.get_one(Call, planned.call_id)
    query = (
        select(JournalEntry.facts)
        .where(
            JournalEntry.contract_id == call.contract_id, JournalEntry.action == Act.PLAN_SESSION
        )
        .order_by(JournalEntry.seq.desc())
    )
    count, day = 0, f"{planned.held_on}"
    for facts in session.scalars(query):
        if facts.get("year") == call.year and facts.get("held_on") == day and "instead_of" in facts:
            count, day = count + 1, facts["instead_of"]
    return count


def _agendas(session: Session, planned: CommitteeSession) -> int:
    """How many agendas were composed for it: as many as whoever was written most often."""
    ours = Message.key.like(f"session_agenda:{planned.id}:%")
    each = select(func.count().label("many")).where(ours).group_by(Message.person_id).subquery()
    return session.scalar(select(func.max(each.c.many))) or 0
