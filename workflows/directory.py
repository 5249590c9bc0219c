"""Who is who in the contract: its organisations with whom one writes to, and its agents with their roles."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from config.i18n import gettext as _
from config.organisations import spelling_key
from models import Contact, Fiche, FichePilot, Organisation, OrganisationAlias, Person, RoleGrant
from models.errors import NotFound
from models.vocabulary import Role


class Reached(NamedTuple):
    """Somebody written to for an organisation."""

    number: int
    name: str
    email: str
    head: bool
    active: bool
    function: str


class Listed(NamedTuple):
    """An organisation in the list; `parent` is empty when it is nobody's service."""

    number: int
    name: str
    parent: str
    contacts: list[Reached]


class Sheet(NamedTuple):
    """All that is kept of one organisation; `services` are numbers and names."""

    number: int
    name: str
    leads: bool
    parent_id: int | None
    aliases: list[tuple[str, bool]]  # the spelling, and whether it was another organisation
    services: list[tuple[int, str]]
    fiches: list[str]
    contacts: list[Reached]


class Agent(NamedTuple):
    """Somebody with a part in the programme; `roles` are role and organisation, if any."""

    number: int
    name: str
    email: str
    active: bool
    roles: list[tuple[Role, str]]


def organisations_with_contacts(session: Session, contract_id: int) -> list[Listed]:
    """Every reference organisation of the contract, by name, with its contacts; raises nothing."""
    above = aliased(Organisation)
    query = (
        select(Organisation.id, Organisation.name, above.name)
        .outerjoin(above, above.id == Organisation.parent_id)
        .where(Organisation.contract_id == contract_id)
    )
    found = {
        number: Listed(number, name, parent or "", [])
        for number, name, parent in session.execute(query)
    }
    for number, reached in _contacts(session, Organisation.contract_id == contract_id):
        found[number].contacts.append(reached)
    return sorted(found.values(), key=lambda listed: spelling_key(listed.name))


def reference_organisation(session: Session, contract_id: int, number: int) -> Organisation:
    """The organisation of that number in the directory of the contract; raises `NotFound`."""
    query = select(Organisation).where(
        Organisation.id == number, Organisation.contract_id == contract_id
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("Cet organisme n’est pas (ou plus) dans l’annuaire du contrat."))
    return found


def organisation_sheet(session: Session, contract_id: int, number: int) -> Sheet:
    """One organisation of the contract; raises `NotFound`."""
    found = reference_organisation(session, contract_id, number)
    aliases = select(OrganisationAlias.spelling, OrganisationAlias.was_id.is_not(None)).where(
        OrganisationAlias.organisation_id == number
    )
    services = select(Organisation.id, Organisation.name).where(Organisation.parent_id == number)
    fiches = (
        select(Fiche.number)
        .join(FichePilot, FichePilot.fiche_id == Fiche.id)
        .where(FichePilot.organisation_id == number)
    )
    return Sheet(
        number,
        found.name,
        found.leads,
        found.parent_id,
        [(row[0], row[1]) for row in session.execute(aliases.order_by(OrganisationAlias.id))],
        [(row[0], row[1]) for row in session.execute(services.order_by(Organisation.name))],
        list(session.scalars(fiches.order_by(Fiche.id))),
        [reached for _number, reached in _contacts(session, Organisation.id == number)],
    )


def _contacts(session: Session, which: ColumnElement[bool]) -> list[tuple[int, Reached]]:
    query = (
        select(
            Organisation.id,
            Person.id,
            Person.name,
            Person.email,
            Contact.head,
            Person.active,
            Contact.function,
        )
        .join(Contact, Contact.organisation_id == Organisation.id)
        .join(Person, Person.id == Contact.person_id)
        .where(which)
        .order_by(Contact.id)
    )
    return [(row[0], Reached(*row[1:])) for row in session.execute(query)]


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
        .order_by(Person.id, RoleGrant.id)
    )
    found: dict[int, Agent] = {}
    for person, role, organisation in session.execute(query):
        known = found.setdefault(
            person.id, Agent(person.id, person.name, person.email, person.active, [])
        )
        known.roles.append((role, organisation or ""))
    return sorted(found.values(), key=lambda agent: spelling_key(agent.name))
