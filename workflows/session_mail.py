"""Mail about a committee day that moves, while it waits to leave: the new day is told, never the old one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, CommitteeSession, JournalEntry, Message
from models.message import may_have_left
from models.vocabulary import MessageStatus, State
from notifications.contexts import SessionScheduled
from notifications.outbox import UNSENT, owe
from notifications.recipients import reader_of
from notifications.redating import reworded, waiting_about

TOLD = "session_scheduled"


def follow_session(
    session: Session, planned: CommitteeSession, was: date, entry: JournalEntry, now: datetime
) -> None:
    """Applicants are told of the new day, again where they have read the old one; raises nothing.

    An agenda that waits gives way to the one composed next.
    """
    theirs = select(Application.id).where(
        Application.session_id == planned.id, Application.state == State.COMMITTEE
    )
    for application_id in session.scalars(theirs.order_by(Application.id)).all():
        waiting = [m for m in waiting_about(session, application_id) if m.template == TOLD]
        for message in waiting:
            reworded(message, _said(message, planned), reader_of(session, message), now)
        if not waiting and (last := _last_told(session, application_id)):
            _tell_again(session, last, planned, was, entry, now)
    drop_agendas(session, planned, _("séance déplacée entre-temps"))
    session.flush()


def _said(message: Message, planned: CommitteeSession) -> dict[str, Any]:
    said = {"held_on": f"{planned.held_on}", "session": planned.label}
    return {**message.facts["context"], **said}


def _last_told(session: Session, application_id: int) -> Message | None:
    """The mail of the day that left, is leaving, or may have left."""
    query = select(Message).where(
        Message.application_id == application_id,
        Message.template == TOLD,
        may_have_left(),
    )
    return session.scalars(query.order_by(Message.id.desc())).first()


def _tell_again(
    session: Session,
    last: Message,
    planned: CommitteeSession,
    was: date,
    entry: JournalEntry,
    now: datetime,
) -> None:
    context = {**_said(last, planned), "instead_of_day": f"{was}"}
    owe(
        session,
        key=f"{TOLD}:{entry.id}:{last.application_id}:{last.person_id or 0}",
        template=TOLD,
        context=SessionScheduled.model_validate(context),
        person=reader_of(session, last),
        contract_id=last.contract_id,
        now=now,
        application_id=last.application_id,
        entry_id=entry.id,
    )


def drop_agendas(session: Session, planned: CommitteeSession, reason: str, but: str = "") -> None:
    """Earlier agendas of that day that have not left never will, but for those of that stamp; raises nothing."""
    theirs = f"session_agenda:{planned.id}:"
    agendas = [Message.key.like(f"{theirs}%"), Message.status.in_(UNSENT)]
    if but:
        agendas.append(Message.key.not_like(f"{theirs}{but}:%"))
    session.execute(
        update(Message).where(*agendas).values(status=MessageStatus.CANCELLED, outcome=reason)
    )
