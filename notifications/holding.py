"""Keeping back all that is to leave: what a restored database does until a person looks at it."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Message
from models.vocabulary import MessageStatus


def hold_everything(session: Session) -> int:
    """Hold every message that would leave; one that was on its way is doubtful. How many."""
    reason = _("retenu après une restauration : a pu partir depuis la sauvegarde")
    on_its_way = Message.status == MessageStatus.SENDING
    session.execute(
        update(Message)
        .where(on_its_way)
        .values(status=MessageStatus.HELD, lease_until=None, doubtful=True, outcome=reason)
    )
    session.execute(
        update(Message)
        .where(Message.status.in_((MessageStatus.WAITING, MessageStatus.DEFERRED)))
        .values(status=MessageStatus.HELD, outcome=reason)
    )
    held = select(func.count()).where(Message.status == MessageStatus.HELD)
    return session.scalar(held) or 0
