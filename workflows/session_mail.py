"""Mail about a committee day that moves, while it waits to leave: the new day is told, never the old one."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, CommitteeSession, Message, Person
from models.vocabulary import MessageStatus
from notifications.outbox import UNSENT
from notifications.redating import reworded, waiting_about


def follow_session(session: Session, planned: CommitteeSession, now: datetime) -> None:
    """Applicants are told of the new day; an agenda gives way to the one composed next. Raises nothing."""
    theirs = select(Application.id).where(Application.session_id == planned.id)
    for application_id in session.scalars(theirs.order_by(Application.id)).all():
        for message in waiting_about(session, application_id):
            if message.template == "session_scheduled":
                said = {"held_on": f"{planned.held_on}", "session": planned.label}
                person = session.get(Person, message.person_id) if message.person_id else None
                reworded(message, message.facts["context"] | said, person, now)
    drop_agendas(session, planned, _("séance déplacée entre-temps"))
    session.flush()


def drop_agendas(session: Session, planned: CommitteeSession, reason: str) -> None:
    """Earlier agendas of that day that have not left never will; raises nothing."""
    agendas = (Message.key.like(f"session_agenda:{planned.id}:%"), Message.status.in_(UNSENT))
    session.execute(
        update(Message).where(*agendas).values(status=MessageStatus.CANCELLED, outcome=reason)
    )
