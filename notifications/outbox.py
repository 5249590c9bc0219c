"""The outbox: mail is written here, frozen, in the transaction of what causes it; it leaves later.

These functions take the session first and flush; they never commit and never talk to the network.
"""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import SOURCE_LANGUAGE
from models import Message, Person
from models.errors import BadInput
from models.message import may_have_left
from models.upsert import insert_once
from models.vocabulary import MessageStatus
from notifications import points
from notifications.catalogue import BY_KEY
from notifications.cause import Cause
from notifications.cause_events import calendar_for
from notifications.composing import Envelope, compose, message_id
from notifications.contexts import Context
from notifications.drafts import drafts
from notifications.lifetime import useful_until
from notifications.posting import current_posting
from notifications.rendering import render
from notifications.sender import Sender, current_sender

logger = logging.getLogger(__name__)

UNSENT = (MessageStatus.WAITING, MessageStatus.DEFERRED, MessageStatus.HELD)


def owe(
    session: Session,
    *,
    key: str,
    template: str,
    context: Context,
    person: Person | None,
    contract_id: int,
    now: datetime,
    application_id: int | None = None,
    entry_id: int | None = None,
    due_at: datetime | None = None,
    facts: dict[str, Any] | None = None,
    calendar: str = "",
) -> Message:
    """Write the mail of that key, once: a second call, or another process, finds the first one's.

    `due_at` defaults to now. Without a person it goes to the address that answers go to. An
    address that cannot get mail makes a message that is refused from the start, never an error.
    `facts`, those of `dated`: the mail is void once none is owed any more, or by that date. `calendar`
    is a file of dated duties, attached.
    """
    if found := session.scalar(select(Message).where(Message.key == key)):
        return found
    points.reached("composing")
    sender = current_sender()
    values = _composed(key, template, context, person, now, sender, calendar) | {
        "contract_id": contract_id,
        "application_id": application_id,
        "entry_id": entry_id,
        "due_at": due_at or now,
        "expires_at": useful_until(template, context, due_at or now),
        "facts": (facts or {})
        | {"context": context.model_dump(mode="json")}
        | ({"calendar": calendar} if calendar else {}),
    }
    insert_once(session, Message, values)  # its identifier is unique too, and comes from the key
    points.reached("composed")
    return session.scalars(select(Message).where(Message.key == key)).one()


def owe_for(session: Session, cause: Cause) -> list[Message]:
    """Write every mail that the catalogue ties to what happened."""
    return [
        owe(
            session,
            key=f"{draft.entry.key}:{cause.entry.id}:{draft.person.id if draft.person else 0}",
            template=draft.entry.key,
            context=draft.context,
            person=draft.person,
            contract_id=cause.application.call.contract_id,
            now=cause.now,
            application_id=cause.application.id,
            entry_id=cause.entry.id,
            facts=draft.facts(),
            calendar=calendar_for(session, cause, draft.entry, _language(draft.person)),
        )
        for draft in drafts(session, cause)
    ]


def preview_for(session: Session, cause: Cause) -> list[tuple[Person | None, str, str]]:
    """Who would get which message with which subject; writes nothing."""
    return [
        (
            draft.person,
            draft.entry.key,
            render(draft.entry.key, draft.context, _language(draft.person)).subject,
        )
        for draft in drafts(session, cause)
    ]


def cancel_unsent(session: Session, entry_id: int, *, now: datetime, reason: str) -> list[Message]:
    """Take back what an entry owed and that has not left; mail being handed over is left alone."""
    query = (
        select(Message)
        .where(Message.entry_id == entry_id, Message.status.in_(UNSENT))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    cancelled = list(session.scalars(query))
    for message in cancelled:
        message.status, message.outcome = MessageStatus.CANCELLED, reason
    session.flush()
    logger.info("unsent mail cancelled", extra={"entry": entry_id, "at": now.isoformat()})
    return cancelled


def sent_for(session: Session, entry_id: int) -> list[Message]:
    """The mail about an entry that left, is leaving, or may have left: what a correction is about."""
    query = select(Message).where(
        Message.entry_id == entry_id,
        may_have_left(),
    )
    return list(session.scalars(query.order_by(Message.id)))


def envelope_for(
    key: str,
    template: str,
    context: Context,
    person: Person | None,
    now: datetime,
    sender: Sender,
    calendar: str = "",
) -> Envelope:
    """What the mail of that key carries beside its words."""
    return Envelope(
        key=key,
        template=template,
        name=person.name if person else sender.name,
        address=person.email if person else sender.reply_to,
        contract_code=context.contract_code,
        composed_at=now,
        reference=context.reference,
        language=_language(person),
        calendar=calendar,
        unsubscribe=_unsubscribe_link(template, person),
        answers_to=context.answers_to,
        answers_at=context.answers_at,
    )


def _unsubscribe_link(template: str, person: Person | None) -> str:
    entry = BY_KEY.get(template)
    if person is None or entry is None or not entry.optional:
        return ""
    return current_posting().unsubscribe_link(person.id, template)


def _composed(
    key: str,
    template: str,
    context: Context,
    person: Person | None,
    now: datetime,
    sender: Sender,
    calendar: str,
) -> dict[str, Any]:
    envelope = envelope_for(key, template, context, person, now, sender, calendar)
    words = render(template, context, envelope.language, sender=sender)
    values: dict[str, Any] = {
        "key": key,
        "person_id": person.id if person else None,
        "recipient": envelope.address,
        "template": template,
        "subject": words.subject,
        "message_id": message_id(key, sender),
        "composed_at": now,
    }
    try:
        return values | {"content": compose(envelope, words, sender)}
    except BadInput as error:
        return values | {"content": b"", "status": MessageStatus.REFUSED, "outcome": str(error)}


def _language(person: Person | None) -> str:
    return person.language if person else SOURCE_LANGUAGE
