"""Runs of reminders that were held: seen, and let go by a person, true on the day they leave."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from config.i18n import SOURCE_LANGUAGE, speaking
from config.i18n import gettext as _
from models import Call, Message, Obligation, Person, ReminderRun
from models.errors import BadInput, NotFound
from models.vocabulary import MessageStatus, ObligationStatus
from notifications.digest import Digest, digest_of
from notifications.drafts import dated
from notifications.recipients import reader_of
from notifications.recomposing import recompose
from notifications.rendering import spoken_language
from workflows.brake import batch_name
from workflows.call_brake import announcement_name, held_announcements, release_announcement
from workflows.deadlines import civil_date
from workflows.reminder_book import obligations_in_full

LIVE = (ObligationStatus.OPEN, ObligationStatus.PAUSED)


class Batch(NamedTuple):
    """A run that was held: its name, why, how many mails still wait, who let it go and when."""

    batch: str
    day: date
    because: str
    digests: int
    late: int
    waiting: int
    released: datetime | None
    released_by: str
    call: int = 0  # the year of the call that it announces; 0 for reminders


def list_batches(session: Session, contract_id: int | None = None) -> list[Batch]:
    """Every run that was ever held, the latest first; raises nothing.

    Of one contract when it is given: then only those that still wait, with the mails that are its own.
    """
    query = select(ReminderRun).where(ReminderRun.held_because != "")
    if contract_id is not None:
        query = query.where(ReminderRun.released_at.is_(None))
    told = held_announcements(session, contract_id)
    found = [_announced(session, *one) for one in told] + [
        Batch(
            batch_name(run.day),
            run.day,
            run.held_because,
            run.digests,
            run.late,
            session.scalar(select(func.count()).where(*_kept(run, contract_id))) or 0,
            run.released_at,
            run.released_by,
        )
        for run in session.scalars(query.order_by(ReminderRun.day.desc()))
    ]
    return found if contract_id is None else [b for b in found if not b.released and b.waiting]


def release_batch(
    session: Session, name: str, now: datetime, by: str = "", contract_id: int | None = None
) -> list[Message]:
    """Let a held run go. On a later day its mails are composed again, true on that day.

    Only the mails of one contract when it is given: those of others wait for their own managers.
    What is owed no more is cancelled instead. Raises `NotFound` for an unknown name, `BadInput`
    when it was let go already.
    """
    for call, _told, _released in held_announcements(session, contract_id):
        if announcement_name(call.id) == name.strip():
            return release_announcement(session, call, now)
    run = next((r for r in _held(session) if batch_name(r.day) == name.strip()), None)
    if run is None:
        raise NotFound(
            _("Aucun lot retenu ne s’appelle « {name} » : « jalon outbox batches » les donne.").format(
                name=name
            )
        )  # fmt: skip
    query = select(Message).where(*_kept(run, contract_id)).order_by(Message.id).with_for_update()
    kept = list(session.scalars(query))
    if run.released_at is not None or (contract_id is not None and not kept):
        raise BadInput(_("Ce lot a déjà été libéré."))
    left = _let_go(session, kept, run, now)
    if session.scalar(select(Message.id).where(*_kept(run)).limit(1)) is None:
        run.released_at, run.released_by = now, by
    return left


def _let_go(
    session: Session, kept: Sequence[Message], run: ReminderRun, now: datetime
) -> list[Message]:
    """Those of them that leave: the others say nothing that is still true."""
    for message in kept:
        if run.day != civil_date(now):
            _refresh(session, message, now)
        if message.status is MessageStatus.HELD:
            message.status, message.outcome = MessageStatus.WAITING, ""
    session.flush()
    return [message for message in kept if message.status is MessageStatus.WAITING]


def _announced(
    session: Session, call: Call, told: dict[str, Any], released: datetime | None
) -> Batch:
    name = announcement_name(call.id)
    kept = Message.key.like(f"{name}:%"), Message.status == MessageStatus.HELD
    waiting = session.scalar(select(func.count()).where(*kept)) or 0
    because, many = str(told["because"]), int(told["digests"])
    return Batch(name, call.opens_on, because, many, 0, waiting, released, "", call.year)


def _held(session: Session) -> Sequence[ReminderRun]:
    return session.scalars(
        select(ReminderRun).where(ReminderRun.held_because != "").with_for_update()
    ).all()


def _kept(run: ReminderRun, contract_id: int | None = None) -> tuple[ColumnElement[bool], ...]:
    whose = true() if contract_id is None else Message.contract_id == contract_id
    return (
        whose,
        Message.key.like(f"{batch_name(run.day)}:%"),
        Message.status == MessageStatus.HELD,
        Message.outcome == run.held_because,
    )


def _refresh(session: Session, message: Message, now: datetime) -> None:
    """Say of the same duties what is true today; nothing left of them, nothing to send."""
    owed = [
        obligation
        for obligation in obligations_in_full(session, message.facts["obligations"])
        if obligation.status in LIVE
    ]
    if not owed:
        message.status, message.outcome = MessageStatus.CANCELLED, _("plus rien n’est attendu")
        return
    person = reader_of(session, message)
    message.facts = {**message.facts, "dates": dated(owed)["dates"]}
    recompose(message, _digest(message, owed, person, civil_date(now)), person, now)


def _digest(message: Message, owed: list[Obligation], person: Person | None, today: date) -> Digest:
    contract = owed[0].application.call.contract
    with speaking(spoken_language(person.language) if person else SOURCE_LANGUAGE):
        context = digest_of(contract, owed, today, interrupted=True)
    before = message.facts["context"]
    kept = ("instead_of", "answers_to", "answers_at")
    return context.model_copy(update={name: before.get(name, "") for name in kept})
