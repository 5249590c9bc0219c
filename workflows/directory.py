"""Who is who in the contract: its organisations with whom one writes to, and its agents with their roles."""

from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Contact, Organisation, Person, RoleGrant
from models.vocabulary import Role


class Reached(NamedTuple):
    """Somebody written to for an organisation."""

    name: str
    email: str
    head: bool
    active: bool


class Agent(NamedTuple):
    """Somebody with a part in the programme; `roles` are role and organisation, if any."""

    name: str
    email: str
    active: bool
    roles: list[tuple[Role, str]]


def organisations_with_contacts(session: Session, contract_id: int) -> dict[str, list[Reached]]:
    """Every reference organisation of the contract, by name, with its contacts; raises nothing."""
    names = select(Organisation.name).where(Organisation.contract_id == contract_id)
    found: dict[str, list[Reached]] = {
        name: [] for name in session.scalars(names.order_by(Organisation.name))
    }
    query = (
        select(Organisation.name, Person.name, Person.email, Contact.head, Person.active)
        .join(Contact, Contact.organisation_id == Organisation.id)
        .join(Person, Person.id == Contact.person_id)
        .where(Organisation.contract_id == contract_id)
        .order_by(Contact.id)
    )
    for organisation, name, email, head, active in session.execute(query):
        found[organisation].append(Reached(name, email, head, active))
    return found


def agents_of(session: Session, contract_id: int) -> list[Agent]:
    """Everybody with a role other than applying, by name; raises nothing."""
    query = (
        select(Person, RoleGrant.role, Organisation.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(
            or_(RoleGrant.contract_id == contract_id, RoleGrant.contract_id.is_(None)),
            RoleGrant.role != Role.GRANTEE,
        )
        .order_by(Person.name, Person.id, RoleGrant.id)
    )
    found: dict[int, Agent] = {}
    for person, role, organisation in session.execute(query):
        known = found.setdefault(person.id, Agent(person.name, person.email, person.active, []))
        known.roles.append((role, organisation or ""))
    return list(found.values())
