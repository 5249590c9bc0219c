"""Persons: added, named, let go of and brought back; each change is in the journal, by their number alone."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Person, RoleGrant
from models.errors import BadInput, NotFound
from models.vocabulary import Act
from workflows.keeper import Keeper
from workflows.parties import checked_email
from workflows.people_rules import STAFF, check_not_oneself, check_person, check_still_managed
from workflows.roles import give_role
from workflows.ties import seen_person

LONGEST = 200


class Did(StrEnum):
    """What an entry « keep_person » did; nothing personal: the journal cannot be erased."""

    ADDED = "added"
    RENAMED = "renamed"
    READDRESSED = "readdressed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"


def note_person(keeper: Keeper, person: Person, did: Did) -> None:
    """Write in the journal what was done to that person; raises nothing."""
    keeper.session.flush()
    keeper.note(Act.KEEP_PERSON, person=person.id, did=did.value)


def add_person(
    keeper: Keeper,
    email: str,
    *,
    name: str = "",
    role: str | None = None,
    organisation: str | None = None,
) -> Person:
    """Add somebody, or a role to somebody known; whoever was deactivated is active again.

    Raises `BadInput` for an address that cannot be one, an unknown role, a role already held, or
    one that needs an organisation; `NotFound` for an unknown organisation; `Refused` for what only
    an administrator may do.
    """
    if role is None and organisation is not None:
        raise BadInput(_("Un organisme va avec un rôle : dites lequel."))
    address = checked_email(email)
    person = keeper.session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = Person(email=address, name=_name(name) if name.strip() else address)
        keeper.session.add(person)
        note_person(keeper, person, Did.ADDED)
    else:
        if role is None and not seen_person(keeper.session, keeper.contract_id, person.id):
            raise BadInput(
                _("Cette adresse est connue d’un autre contrat : donnez-lui un rôle ici.")
            )
        if not person.active:
            reactivate(keeper, person)
        if name.strip() and _name(name) != person.name:
            rename_person(keeper, person, name)
    if role is not None:
        give_role(keeper, person, role, organisation)
    keeper.session.flush()
    return person


def rename_person(keeper: Keeper, person: Person, name: str) -> None:
    """Another name for somebody; raises `BadInput` for an empty, too long or unchanged one."""
    said = _name(name)
    if said == person.name:
        raise BadInput(_("C’est déjà son nom : écrivez-en un autre."))
    person.name = said
    note_person(keeper, person, Did.RENAMED)


def deactivate(keeper: Keeper, person: Person) -> None:
    """Nothing is asked of that person any more, nor written to them, and they sign in no more.

    Raises `BadInput` when it is so already; `Refused` for oneself, for an administrator unless by
    another, and where nobody active would be left to manage a contract.
    """
    if not person.active:
        raise BadInput(_("{email} est déjà désactivé.").format(email=person.email))
    check_not_oneself(keeper, person)
    check_person(keeper, person)
    person.active = False
    note_person(keeper, person, Did.DEACTIVATED)
    held = select(RoleGrant.contract_id).where(
        RoleGrant.person_id == person.id, RoleGrant.role.in_(STAFF)
    )
    contracts = keeper.session.scalars(held).all()
    check_still_managed(keeper.session, {number or keeper.contract_id for number in contracts})


def reactivate(keeper: Keeper, person: Person) -> None:
    """Bring back somebody deactivated, with the roles and contacts they had kept.

    Raises `BadInput` for who is active; `Refused` for an administrator, unless by another.
    """
    if person.active:
        raise BadInput(_("{email} est déjà actif.").format(email=person.email))
    check_person(keeper, person)
    person.active = True
    note_person(keeper, person, Did.REACTIVATED)


def person_of(session: Session, email: str) -> Person:
    """The person at that address; raises `NotFound`, or `BadInput` when it cannot be one."""
    address = checked_email(email)
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        raise _unknown(address)
    return person


def known_person_of(session: Session, contract_id: int, email: str) -> Person:
    """The same, of those that the contract sees: others are added with a role. Raises as `person_of`."""
    person = person_of(session, email)
    if not seen_person(session, contract_id, person.id):
        raise _unknown(person.email)
    return person


def _unknown(address: str) -> NotFound:
    said = _(
        "Personne n’a l’adresse « {email} » : ajoutez-la d’abord à l’annuaire"
        " (« jalon people add »)."
    )
    return NotFound(said.format(email=address))


def _name(name: str) -> str:
    """A name in order; raises `BadInput` when it is empty or too long."""
    said = " ".join(name.split())
    if not said or len(said) > LONGEST:
        raise BadInput(_("Un nom a de 1 à {most} caractères.").format(most=LONGEST))
    return said
