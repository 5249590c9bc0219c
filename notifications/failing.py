"""An address that gets no mail any more: it rests, the team and the pilots are told by name."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Application, Call, Contract, Fiche, Message, Person
from models.vocabulary import State
from notifications.bounce_news import AddressFailing
from notifications.outbox import owe
from notifications.recipients import contacts_of, managers_of


def rest_refused(session: Session, message_id: int, answer: str, now: datetime) -> None:
    """The relay says that there is no such mailbox: as if the mail had come back. Raises nothing."""
    message = session.get_one(Message, message_id)
    person = reader_of(session, message)
    if person is not None:
        fail(session, person, answer, message.contract_id, now)


def lock_readers(session: Session, message_ids: Collection[int]) -> None:
    """Lock whom these messages were for, lowest first, before any of their addresses is judged.

    Two processes that rest the same addresses then wait for one another, and never each for the
    other, whatever the order in which they learn of them. Raises nothing.
    """
    query = (
        select(Person.id)
        .join(Message, Message.person_id == Person.id)
        .where(Message.id.in_(message_ids))
        .order_by(Person.id)
        .with_for_update(key_share=True, of=Person)
    )
    session.execute(query).all()


def reader_of(session: Session, message: Message) -> Person | None:
    """Whom that mail was for, locked, while the address is still theirs. Raises nothing."""
    if message.person_id is None:
        return None
    query = select(Person).where(Person.id == message.person_id).with_for_update(key_share=True)
    person = session.scalars(query.execution_options(populate_existing=True)).one()
    return person if person.email == message.recipient else None


def fail(session: Session, person: Person, detail: str, contract_id: int, now: datetime) -> None:
    """Their address rests: what is for it is held, and whoever works with them is told, once.

    Raises nothing.
    """
    if person.failing_since is not None:
        return
    person.failing_since, person.failure = now, detail
    session.flush()
    contract = session.get_one(Contract, contract_id)
    files = _open_files(session, person)
    for reader, theirs in _readers(session, contract_id, files, person).items():
        context = AddressFailing(
            contract_code=contract.code,
            contract_name=contract.name,
            person=person.name,
            address=person.email,
            detail=detail,
            files=tuple(f"{file.reference} « {file.title} »" for file in theirs),
        )
        known = session.get(Person, reader) if reader else None
        owe(
            session,
            key=f"address_failing:{person.id}:{now:%Y%m%d%H%M%S}:{reader}",
            template="address_failing",
            context=context,
            person=known,
            contract_id=contract_id,
            now=now,
        )


def _open_files(session: Session, person: Person) -> list[Application]:
    query = (
        select(Application)
        .join(Call)
        .where(Application.contact_id == person.id, Application.state != State.CLOSED)
        .options(joinedload(Application.fiche).selectinload(Fiche.pilots))
        .order_by(Application.reference)
    )
    return list(session.scalars(query))


def _readers(
    session: Session, contract_id: int, files: list[Application], failing: Person
) -> dict[int, list[Application]]:
    """Managers with every file, each lead pilot's contacts with theirs; without any, the mailbox."""
    managers = [person.id for person in managers_of(session, contract_id) if person != failing]
    readers: dict[int, list[Application]] = {number: list(files) for number in managers or [0]}
    for file in files:
        pilots = [pilot.organisation_id for pilot in file.fiche.pilots[:1]]
        for contact in (one for each in contacts_of(session, pilots).values() for one in each):
            theirs = readers.setdefault(contact.person_id, [])
            if file not in theirs and contact.person_id != failing.id:
                theirs.append(file)
    readers.pop(failing.id, None)
    return readers
