"""What a person may choose about each kind of mail, and what they chose."""

from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import MailPreference, Message
from models.vocabulary import Frequency
from notifications.catalogue import BY_KEY, DIGEST, Entry

AS_IT_COMES = Frequency.DAILY
CHOSEN = (
    select(MailPreference.frequency)
    .join(Message, Message.person_id == MailPreference.person_id)
    .where(Message.id == bindparam("id"), MailPreference.template == Message.template)
)


def choices(entry: Entry) -> tuple[Frequency, ...]:
    """What may be chosen: a digest daily or weekly, and none of what is optional."""
    digest = (Frequency.WEEKLY,) if entry is DIGEST else ()
    return (AS_IT_COMES, *digest, *((Frequency.NONE,) if entry.optional else ()))


def unwanted(session: Session, message: Row[Any]) -> str | None:
    """Why its reader does not want a message, queued or not; None when they do, or must have it."""
    entry = BY_KEY.get(message.template)
    if entry is None or not entry.optional:
        return None
    if session.scalar(CHOSEN, {"id": message.id}) is Frequency.NONE:
        return _("son destinataire ne veut pas de ces courriels")
    return None


def weekly_readers(session: Session) -> set[int]:
    """The persons who want their reminders once a week."""
    query = select(MailPreference.person_id).where(
        MailPreference.template == DIGEST.key, MailPreference.frequency == Frequency.WEEKLY
    )
    return set(session.scalars(query))
