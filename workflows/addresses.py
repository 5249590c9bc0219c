"""An address corrected: what waits for its reader follows, and what was held for it leaves."""

from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Message, Person
from models.errors import BadInput
from models.vocabulary import MessageStatus
from notifications.leaving import ADDRESS_FAILS
from workflows.parties import checked_email
from workflows.people import person_of


class Corrected(NamedTuple):
    """Who has a new address; messages let go that its failure held, and those refused before."""

    person: Person
    freed: int
    refused: int


def correct_address(session: Session, email: str, new: str) -> Corrected:
    """Write to this person at `new` from now on, mail that waits included.

    Raises `NotFound` for somebody unknown, `BadInput` for an address that cannot be one or is
    somebody's already.
    """
    person, address = person_of(session, email), checked_email(new)
    known = session.scalar(select(Person).where(Person.email == address))
    if known is not None:
        raise BadInput(
            _(
                "« {email} » est déjà l’adresse de {name} : donnez celle à laquelle écrire désormais."
            ).format(email=address, name=known.name)
        )
    refused = session.scalar(
        select(func.count()).where(
            Message.person_id == person.id,
            Message.recipient == person.email,
            Message.status == MessageStatus.REFUSED,
        )
    )
    person.email = address
    return Corrected(person, write_again(session, person), refused or 0)


def write_again(session: Session, person: Person) -> int:
    """Their address fails no more; how many messages it held that leave now. Raises nothing."""
    person.failing_since, person.failure = None, None
    session.flush()
    mine = (Message.person_id == person.id, Message.status == MessageStatus.HELD)
    freed = (
        update(Message)
        .where(*mine, Message.outcome == ADDRESS_FAILS)
        .values(status=MessageStatus.WAITING, outcome="")
        .returning(Message.id)
    )
    return len(session.scalars(freed).all())
