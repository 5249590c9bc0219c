"""Everybody that Jalon knows, as lists show them: their roles, and what they are written to for."""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label
from models import Contact, Organisation, Person, RoleGrant
from models.errors import NotFound
from models.vocabulary import Role


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


def list_people(session: Session, only: int | None = None) -> list[PersonRow]:
    """Everybody, by address, or the one of that number; raises nothing."""
    people = select(Person.id, Person.email, Person.name, Person.active).order_by(Person.email)
    held, written = _roles(session, only), _contacts(session, only)
    return [
        PersonRow(*row, list(map(str, held[row.id])), written[row.id], held[row.id])
        for row in session.execute(people.where(Person.id == only if only is not None else true()))
    ]


def one_person(session: Session, number: int) -> PersonRow:
    """The person of that number; raises `NotFound`."""
    for row in list_people(session, number):
        return row
    raise NotFound(_("Personne n’a le numéro {number}.").format(number=number))


def _roles(session: Session, only: int | None) -> dict[int, list[Held]]:
    query = (
        select(RoleGrant.person_id, RoleGrant.role, Organisation.name)
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.person_id == only if only is not None else true())
        .order_by(RoleGrant.id)
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for person, role, organisation in session.execute(query):
        found[person].append(Held(role, organisation))
    return found


def _contacts(session: Session, only: int | None) -> dict[int, list[str]]:
    query = (
        select(Contact.person_id, Organisation.name, Contact.head)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(Contact.person_id == only if only is not None else true())
        .order_by(Contact.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person, organisation, head in session.execute(query):
        found[person].append(organisation + (_(" (responsable)") if head else ""))
    return found
