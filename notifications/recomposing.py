"""A mail changed before it leaves, under its own key: for another day, or another address."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Message, Person
from notifications.catalogue import BY_KEY
from notifications.composing import addressed, compose
from notifications.contexts import Context
from notifications.lifetime import useful_until
from notifications.outbox import envelope_for
from notifications.rendering import render
from notifications.sender import current_sender


def recompose(
    message: Message,
    context: Context,
    person: Person | None,
    now: datetime,
    *,
    due_at: datetime | None = None,
    calendar: str | None = None,
) -> None:
    """Freeze other words under the same key and identifier; raises BadInput for a bad address."""
    attached = message.facts.get("calendar", "") if calendar is None else calendar
    _freeze(message, context, person, now, attached)
    message.composed_at, message.due_at = now, due_at or now
    message.expires_at = useful_until(message.template, context, message.due_at)
    kept = {"context": context.model_dump(mode="json"), "calendar": attached}
    message.facts = {**message.facts, **{name: value for name, value in kept.items() if value}}


def readdress(session: Session, message: Message, now: datetime) -> None:
    """Write a message to the address that its reader has now; the one before is kept in its facts.

    All else stays as it was frozen; one that could not be composed is composed. Raises BadInput
    for an address that cannot get mail, and then nothing has changed.
    """
    session.flush()
    owner = message.person_id
    person = session.get(Person, owner, populate_existing=True) if owner else None  # as it is now
    before = message.recipient
    if not message.content:
        context = BY_KEY[message.template].context.model_validate(message.facts["context"])
        attached = message.facts.get("calendar", "")
        _freeze(message, context, person, message.composed_at, attached)
    elif person is not None and person.email != before:
        name, address = person.name, person.email
        message.content = addressed(message.content, name, address, current_sender())
        message.recipient = address
    if message.recipient != before:
        earlier = {"address": before, "until": now.isoformat(), "attempts": message.attempts}
        known = message.facts.get("earlier_addresses", [])
        message.facts = {**message.facts, "earlier_addresses": [*known, earlier]}
    session.flush()


def _freeze(
    message: Message, context: Context, person: Person | None, at: datetime, calendar: str
) -> None:
    sender = current_sender()
    envelope = envelope_for(message.key, message.template, context, person, at, sender, calendar)
    words = render(message.template, context, envelope.language, sender=sender)
    message.content = compose(envelope, words, sender)
    message.subject, message.recipient = words.subject, envelope.address
