"""What the mail needs a hand with."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Subquery, exists, func, select, true
from sqlalchemy.orm import Session

from models import Message, Person
from models.vocabulary import MessageStatus

SHOWN = 5  # addresses that fail; one more tells that there are others


class Failing(NamedTuple):
    """Somebody whose address gets no mail any more; `number` is that of their sheet."""

    number: int
    name: str
    email: str
    since: datetime


class MailTrouble(NamedTuple):
    """Mail that needs a person: held back, refused by the address, perhaps sent twice; failing addresses."""

    held: int
    refused: int
    doubtful: int
    failing: list[Failing]


def mail_trouble(session: Session, contract_id: int) -> MailTrouble:
    """How much mail needs a person, and which addresses failed latest, in one query; raises nothing."""
    kinds = {
        "held": Message.status == MessageStatus.HELD,
        "refused": Message.status == MessageStatus.REFUSED,
        "doubtful": Message.doubtful,
    }
    counts = (  # one by one: each has its index
        select(func.count(Message.id))
        .where(Message.contract_id == contract_id, kind)
        .scalar_subquery()
        .label(name)
        for name, kind in kinds.items()
    )
    counted, failing = select(*counts).subquery(), _failing(contract_id)
    query = select(counted, failing).select_from(counted.outerjoin(failing, true()))
    rows = session.execute(query.order_by(failing.c.failing_since.desc(), failing.c.id)).all()
    held, refused, doubtful, *_first = rows[0]
    people = [Failing(*row[3:]) for row in rows if row.id is not None]
    return MailTrouble(held, refused, doubtful, people)


def _failing(contract_id: int) -> Subquery:
    """The latest addresses to fail among those that mail of this contract was for."""
    written = exists().where(Message.person_id == Person.id, Message.contract_id == contract_id)
    return (
        select(Person.id, Person.name, Person.email, Person.failing_since)
        .where(Person.failing_since.is_not(None), Person.active, written)
        .order_by(Person.failing_since.desc(), Person.id)
        .limit(SHOWN + 1)
        .subquery()
    )
