"""What the mail needs a hand with."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Message
from models.vocabulary import MessageStatus


class MailTrouble(NamedTuple):
    """Mail that needs a person: held back, refused by the address, perhaps sent twice."""

    held: int
    refused: int
    doubtful: int


def mail_trouble(session: Session, contract_id: int) -> MailTrouble:
    """How much mail needs a person; raises nothing."""
    kinds = (
        Message.status == MessageStatus.HELD,
        Message.status == MessageStatus.REFUSED,
        Message.doubtful,
    )
    counts = (  # one by one: each has its index
        select(func.count(Message.id)).where(Message.contract_id == contract_id, kind)
        for kind in kinds
    )
    return MailTrouble(*session.execute(select(*(c.scalar_subquery() for c in counts))).one())
