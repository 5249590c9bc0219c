"""Everybody that Jalon knows, as lists show them: their roles, and what they are written to for."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from config.i18n import gettext as _
from config.labels import ROLES
from models import Contact, Organisation, Person, RoleGrant
from models.errors import NotFound
from models.vocabulary import Role


class Held(NamedTuple):
    """A role, and the name of the organisation that it is held for (None without one)."""

    role: Role
    organisation: str | None


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
    names = {
        row.id: row.name for row in session.execute(select(Organisation.id, Organisation.name))
    }
    people = select(Person).options(selectinload(Person.grants)).order_by(Person.email)
    written = select(Contact).order_by(Contact.id)
    if only is not None:
        people, written = people.where(Person.id == only), written.where(Contact.person_id == only)
    contacts: dict[int, list[str]] = {}
    for contact in session.scalars(written):
        told = names[contact.organisation_id] + (_(" (responsable)") if contact.head else "")
        contacts.setdefault(contact.person_id, []).append(told)
    return [_row(person, contacts, names) for person in session.scalars(people)]


def one_person(session: Session, number: int) -> PersonRow:
    """The person of that number; raises `NotFound`."""
    for row in list_people(session, number):
        return row
    raise NotFound(_("Personne n’a le numéro {number}.").format(number=number))


def _row(person: Person, contacts: dict[int, list[str]], names: dict[int, str]) -> PersonRow:
    held = sorted(person.grants, key=lambda grant: grant.id)
    return PersonRow(
        person.id,
        person.email,
        person.name,
        person.active,
        [_role_of(grant, names) for grant in held],
        contacts.get(person.id, []),
        [Held(g.role, names[g.organisation_id] if g.organisation_id else None) for g in held],
    )


def _role_of(grant: RoleGrant, names: dict[int, str]) -> str:
    label = _(ROLES[grant.role])
    return f"{label} ({names[grant.organisation_id]})" if grant.organisation_id else label
