"""Persons, what they may do, and whom to write to at an organisation."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label
from models import Contact, Organisation, Person, RoleGrant
from models.errors import BadInput, NotFound
from models.vocabulary import Role
from workflows.identifiers import clean_siret
from workflows.parties import checked_email
from workflows.spellings import organisation_id

FOR_ONE_ORGANISATION = frozenset({Role.PILOT, Role.FUNDER, Role.GRANTEE})
_NOT_GIVEN = frozenset({Role.SYSTEM, Role.IMPORT})


def add_person(
    session: Session,
    contract_id: int,
    email: str,
    *,
    name: str = "",
    role: str | None = None,
    organisation: str | None = None,
) -> Person:
    """Add somebody, or a role to somebody known; whoever was deactivated is active again.

    Raises `BadInput` for an address that cannot be one, an unknown role, a role already held, or
    one that needs an organisation; `NotFound` for an unknown organisation.
    """
    address = checked_email(email)
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = Person(email=address, name=name.strip() or address)
        session.add(person)
    elif name.strip():
        person.name = name.strip()
    person.active = True
    session.flush()
    if role is not None:
        _grant(session, contract_id, person, _role(role), organisation)
    elif organisation is not None:
        raise BadInput(_("Un organisme va avec un rôle : ajoutez --role."))
    session.flush()
    return person


def _role(name: str) -> Role:
    known = [role.value for role in Role if role not in _NOT_GIVEN]
    if name not in known:
        raise BadInput(
            _("« {name} » n’est pas un rôle ; attendu : {known}.").format(
                name=name, known=", ".join(known)
            )
        )
    return Role(name)


def _grant(
    session: Session, contract_id: int, person: Person, role: Role, organisation: str | None
) -> None:
    if role in FOR_ONE_ORGANISATION and organisation is None:
        raise BadInput(
            _("Le rôle « {role} » s’exerce pour un organisme : ajoutez --organisation.").format(
                role=role_label(role)
            )
        )
    for_whom = find_organisation(session, contract_id, organisation).id if organisation else None
    if session.scalar(_held(contract_id, person, role, for_whom)):
        raise BadInput(
            _("{email} a déjà le rôle « {role} ».").format(
                email=person.email, role=role_label(role)
            )
        )
    session.add(
        RoleGrant(person_id=person.id, role=role, contract_id=contract_id, organisation_id=for_whom)
    )


def _held(contract_id: int, person: Person, role: Role, for_whom: int | None) -> Select[RoleGrant]:
    return select(RoleGrant).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.contract_id == contract_id,
        RoleGrant.organisation_id.is_not_distinct_from(for_whom),
    )


def find_organisation(session: Session, contract_id: int, spelling: str) -> Organisation:
    """A reference organisation by name or alias, or an applicant by SIRET; raises `NotFound`."""
    if siret := clean_siret(spelling):
        applicant = session.scalar(
            select(Organisation).where(
                Organisation.contract_id.is_(None), Organisation.siret == siret
            )
        )
        if applicant is None:
            raise NotFound(_("Aucun porteur n’a le SIRET {siret}.").format(siret=siret))
        return applicant
    return session.get_one(Organisation, organisation_id(session, contract_id, spelling))


def add_contact(
    session: Session, contract_id: int, organisation: str, email: str, *, head: bool = False
) -> Contact:
    """Write to that person for the organisation; `head` hears of it when nothing comes.

    Raises `NotFound` for an unknown person or organisation, `BadInput` for a bad address.
    """
    person = person_of(session, email)
    found = find_organisation(session, contract_id, organisation)
    contact = session.scalar(
        select(Contact).where(Contact.organisation_id == found.id, Contact.person_id == person.id)
    )
    if contact is None:
        contact = Contact(organisation_id=found.id, person_id=person.id)
        session.add(contact)
    contact.head = head
    session.flush()
    return contact


def deactivate(session: Session, email: str) -> Person:
    """Nothing is asked of that person any more; raises `NotFound`, `BadInput`."""
    person = person_of(session, email)
    if not person.active:
        raise BadInput(_("{email} est déjà désactivé.").format(email=person.email))
    person.active = False
    session.flush()
    return person


def person_of(session: Session, email: str) -> Person:
    """The person at that address; raises `NotFound`, or `BadInput` when it cannot be one."""
    address = checked_email(email)
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        raise NotFound(
            _("Personne n’a l’adresse « {email} » : ajoutez-la avec « jalon people add ».").format(
                email=address
            )
        )
    return person


def withdraw_role(
    session: Session, contract_id: int, person: Person, role: str, organisation: str | None = None
) -> None:
    """That person no longer holds that role in the contract, for that organisation if it goes with one.

    Raises `NotFound` for a role that is not held, or an unknown organisation; `BadInput` for an
    unknown role.
    """
    wanted = _role(role)
    for_whom = find_organisation(session, contract_id, organisation).id if organisation else None
    held = session.scalar(_held(contract_id, person, wanted, for_whom))
    if held is None:
        raise NotFound(
            _("{email} n’a pas le rôle « {role} » ainsi.").format(
                email=person.email, role=role_label(wanted)
            )
        )
    session.delete(held)
    session.flush()
