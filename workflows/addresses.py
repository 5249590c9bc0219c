"""An address corrected: what waits for its reader follows, and what was held for it leaves."""

from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Message, Person, SignInLink, WebSession
from models.errors import BadInput
from models.vocabulary import MessageStatus
from notifications.leaving import ADDRESS_FAILS
from workflows.keeper import Keeper
from workflows.parties import checked_email
from workflows.people import Did, note_person
from workflows.people_rules import check_person


class Corrected(NamedTuple):
    """Who has a new address; messages let go that its failure held, and those refused before."""

    person: Person
    freed: int
    refused: int


def correct_address(keeper: Keeper, person: Person, new: str) -> Corrected:
    """Write to this person at `new` from now on, mail that waits included.

    Whoever came in by the former address is signed out, but for who corrects their own. Raises
    `BadInput` for an address that cannot be one or is somebody's already; `Refused` for that of an
    administrator, unless by another.
    """
    check_person(keeper, person)
    session, address = keeper.session, checked_email(new)
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
    _let_out(keeper, person)
    note_person(keeper, person, Did.READDRESSED)
    return Corrected(person, write_again(session, person), refused or 0)


def _let_out(keeper: Keeper, person: Person) -> None:
    """The former address may be somebody else's: its links and what they opened are no more."""
    session = keeper.session
    session.execute(
        delete(SignInLink).where(SignInLink.person_id == person.id, SignInLink.used_at.is_(None))
    )
    if keeper.actor.person_id != person.id:
        session.execute(delete(WebSession).where(WebSession.person_id == person.id))


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
