"""The addresses of a contract that get no mail any more, as managers read of them each week."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from models import Application, Call, Contact, Message, Organisation, Person, RoleGrant
from models.vocabulary import State
from notifications.bounce_news import FailingAddress, FailingFile
from notifications.formats import PARIS
from notifications.posting import current_posting


def failing_addresses(session: Session, contract_id: int) -> tuple[FailingAddress, ...]:
    """Each that mail of this contract was for, the latest to fail first; raises `ConfigError`."""
    written = exists().where(Message.person_id == Person.id, Message.contract_id == contract_id)
    query = select(Person).where(Person.failing_since.is_not(None), Person.active, written)
    persons = session.scalars(query.order_by(Person.failing_since.desc(), Person.id)).all()
    numbers = [person.id for person in persons]
    files, bodies = _files(session, contract_id, numbers), _organisations(session, numbers)
    return tuple(
        FailingAddress(
            address=person.email,
            person=person.name,
            since=person.failing_since.astimezone(PARIS).date(),
            organisations=tuple(bodies[person.id]),
            files=tuple(_told(file) for file in files[person.id]),
        )
        for person in persons
        if person.failing_since is not None
    )


def _told(file: Application) -> FailingFile:
    return FailingFile(
        reference=file.reference,
        title=file.title,
        applicant=file.applicant.name,
        link=f"{current_posting().public_url}/dossiers/{file.reference}",
    )


def _files(
    session: Session, contract_id: int, persons: Sequence[int]
) -> dict[int, list[Application]]:
    """The applications that are not closed, by whom they are written to."""
    query = (
        select(Application)
        .join(Call)
        .where(
            Call.contract_id == contract_id,
            Application.contact_id.in_(persons),
            Application.state != State.CLOSED,
        )
        .options(joinedload(Application.applicant))
        .order_by(Application.reference)
    )
    found = defaultdict(list)
    for file in session.scalars(query):
        found[file.contact_id or 0].append(file)
    return found


def _organisations(session: Session, persons: Iterable[int]) -> dict[int, list[str]]:
    """The bodies that each is a contact of, or holds a role for."""
    found: dict[int, list[str]] = defaultdict(list)
    for link in (Contact, RoleGrant):
        query = (
            select(link.person_id, Organisation.name)
            .join(Organisation, Organisation.id == link.organisation_id)
            .where(link.person_id.in_(persons))
            .order_by(Organisation.name)
        )
        for person, name in session.execute(query):
            if name not in found[person]:
                found[person].append(name)
    return found
