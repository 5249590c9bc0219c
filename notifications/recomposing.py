"""Composing a mail again before it leaves, under its own key: for another day, or another address."""

from datetime import datetime

from models import Message, Person
from notifications.composing import compose
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
    sender = current_sender()
    attached = message.facts.get("calendar", "") if calendar is None else calendar
    envelope = envelope_for(message.key, message.template, context, person, now, sender, attached)
    words = render(message.template, context, envelope.language, sender=sender)
    message.content = compose(envelope, words, sender)
    message.subject, message.recipient = words.subject, envelope.address
    message.composed_at, message.due_at = now, due_at or now
    message.expires_at = useful_until(message.template, context, message.due_at)
    kept = {"context": context.model_dump(mode="json"), "calendar": attached}
    message.facts = {**message.facts, **{name: value for name, value in kept.items() if value}}
