"""Everybody that Jalon knows, as lists show them: their roles, and what they are written to for."""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import Select, Subquery, or_, select, true
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label
from models import Contact, Organisation, Person, RoleGrant
from models.errors import NotFound
from models.vocabulary import Role
from workflows.people_rules import within
from workflows.ties import known_to, seen_from

PEOPLE = select(Person.id, Person.email, Person.name, Person.active)


class Held(NamedTuple):
    """A role, and the name of the organisation that it is held for (None without one)."""

    role: Role
    organisation: str | None

    def __str__(self) -> str:
        label = role_label(self.role)
        return f"{label} ({self.organisation})" if self.organisation else label


class PersonRow(NamedTuple):
    """One person in a list: roles and contacts as people read them, and as programs do."""

    id: int
    email: str
    name: str
    active: bool
    roles: list[str]
    contact_of: list[str]
    grants: list[Held]


def list_people(session: Session) -> list[PersonRow]:
    """Everybody of every contract, by address, for who runs the installation; raises nothing."""
    return _rows(session, PEOPLE.order_by(Person.email))


def people_of(session: Session, contract_id: int, *, after: int, limit: int) -> list[PersonRow]:
    """So many of those that a contract knows, in the order they were added, after a number.

    They hold a role in it, or in all; or are written to for one of its organisations; or are the
    contact of an application. Raises nothing.
    """
    page = PEOPLE.where(Person.id > after, known_to(contract_id)).order_by(Person.id).limit(limit)
    return _rows(session, page, contract_id)


def one_person(session: Session, contract_id: int, number: int) -> PersonRow:
    """The person of that number whom the contract sees, with their roles there; raises `NotFound`."""
    one = PEOPLE.where(Person.id == number, seen_from(contract_id))
    for row in _rows(session, one, contract_id):
        return row
    raise NotFound(_("Personne n’a le numéro {number}.").format(number=number))


def _rows(
    session: Session, people: Select[int, str, str, bool], contract_id: int | None = None
) -> list[PersonRow]:
    those = people.subquery()
    found = session.execute(people).all()
    held, written = _roles(session, those, contract_id), _contacts(session, those, contract_id)
    return [
        PersonRow(*row, list(map(str, held[row.id])), written[row.id], held[row.id])
        for row in found
    ]


def _roles(session: Session, those: Subquery, contract_id: int | None) -> dict[int, list[Held]]:
    query = (
        select(RoleGrant.person_id, RoleGrant.role, Organisation.name)
        .join(those, those.c.id == RoleGrant.person_id)
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(true() if contract_id is None else within(contract_id))
        .order_by(RoleGrant.id)
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for person, role, organisation in session.execute(query):
        found[person].append(Held(role, organisation))
    return found


def _contacts(session: Session, those: Subquery, contract_id: int | None) -> dict[int, list[str]]:
    """Those of the contract, and of applicants, who belong to none."""
    ours = or_(Organisation.contract_id == contract_id, Organisation.contract_id.is_(None))
    query = (
        select(Contact.person_id, Organisation.name, Contact.head)
        .join(those, those.c.id == Contact.person_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(true() if contract_id is None else ours)
        .order_by(Contact.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person, organisation, head in session.execute(query):
        found[person].append(organisation + (_(" (responsable)") if head else ""))
    return found
