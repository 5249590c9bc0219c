"""The roles that people hold in a contract: given, found, withdrawn."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label
from models import Organisation, Person, RoleGrant
from models.errors import BadInput, NotFound
from models.vocabulary import Act, Role
from workflows.identifiers import clean_siret
from workflows.keeper import Keeper
from workflows.people_rules import STAFF, check_role, check_still_managed, check_still_manages
from workflows.spellings import organisation_id

FOR_ONE_ORGANISATION = frozenset({Role.PILOT, Role.FUNDER, Role.GRANTEE})
_NOT_GIVEN = frozenset({Role.SYSTEM, Role.IMPORT})


def give_role(keeper: Keeper, person: Person, name: str, organisation: str | None = None) -> None:
    """One more role for somebody, for `organisation` if it goes with one.

    Raises `BadInput` for an unknown role, one already held, or one that needs an organisation;
    `NotFound` for an unknown organisation; `Refused` for one that is not theirs to give.
    """
    role = _role(name)
    check_role(keeper, role)
    if role in FOR_ONE_ORGANISATION and organisation is None:
        raise BadInput(
            _("Le rôle « {role} » s’exerce pour un organisme : dites lequel.").format(
                role=role_label(role)
            )
        )
    for_whom = find_organisation(keeper, organisation).id if organisation else None
    if _held(keeper, person, role, for_whom):
        raise BadInput(
            _("{email} a déjà le rôle « {role} ».").format(
                email=person.email, role=role_label(role)
            )
        )
    keeper.session.add(
        RoleGrant(
            person_id=person.id,
            role=role,
            contract_id=keeper.contract_id,
            organisation_id=for_whom,
        )
    )
    keeper.note(Act.GIVE_ROLE, person=person.id, role=role.value, **_for(for_whom))


def withdraw_role(keeper: Keeper, person: Person, held: RoleGrant) -> None:
    """That person no longer holds that role (`role_of`, `role_numbered`).

    Raises `Refused` for a role that is not theirs to withdraw, for one's own last role of manager
    or administrator, and where nobody active would be left to manage the contract.
    """
    check_role(keeper, held.role)
    role, for_whom = held.role, held.organisation_id
    keeper.session.delete(held)
    keeper.note(Act.WITHDRAW_ROLE, person=person.id, role=role.value, **_for(for_whom))
    if role in STAFF:
        check_still_manages(keeper, person)
        if person.active:
            check_still_managed(keeper.session, [keeper.contract_id])


def role_of(
    keeper: Keeper, person: Person, name: str, organisation: str | None = None
) -> RoleGrant:
    """A role held in the contract, for that organisation if it goes with one.

    Raises `NotFound` for one that is not held, or an unknown organisation; `BadInput` for an
    unknown role.
    """
    role = _role(name)
    for_whom = find_organisation(keeper, organisation).id if organisation else None
    held = _held(keeper, person, role, for_whom)
    if held is None:
        raise NotFound(
            _("{email} n’a pas le rôle « {role} » ainsi.").format(
                email=person.email, role=role_label(role)
            )
        )
    return held


def role_numbered(keeper: Keeper, person: Person, number: int) -> RoleGrant:
    """The same by the number of the role; raises `NotFound`."""
    held = keeper.session.get(RoleGrant, number)
    if held is None or (held.person_id, held.contract_id) != (person.id, keeper.contract_id):
        raise NotFound(_("Ce rôle n’est plus tenu : il vient d’être retiré."))
    return held


def role_told(session: Session, held: RoleGrant) -> str:
    """« pilote de la fiche (CAF) »; raises nothing."""
    number = held.organisation_id
    organisation = session.get(Organisation, number) if number is not None else None
    label = role_label(held.role)
    return f"{label} ({organisation.name})" if organisation else label


def find_organisation(keeper: Keeper, spelling: str) -> Organisation:
    """A reference organisation by name or alias, or an applicant by SIRET; raises `NotFound`."""
    session = keeper.session
    if siret := clean_siret(spelling):
        applicant = session.scalar(
            select(Organisation).where(
                Organisation.contract_id.is_(None), Organisation.siret == siret
            )
        )
        if applicant is None:
            raise NotFound(_("Aucun porteur n’a le SIRET {siret}.").format(siret=siret))
        return applicant
    return session.get_one(Organisation, organisation_id(session, keeper.contract_id, spelling))


def _role(name: str) -> Role:
    known = [role.value for role in Role if role not in _NOT_GIVEN]
    if name not in known:
        raise BadInput(
            _("« {name} » n’est pas un rôle ; attendu : {known}.").format(
                name=name, known=", ".join(known)
            )
        )
    return Role(name)


def _held(keeper: Keeper, person: Person, role: Role, for_whom: int | None) -> RoleGrant | None:
    return keeper.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.contract_id == keeper.contract_id,
            RoleGrant.organisation_id.is_not_distinct_from(for_whom),
        )
    )


def _for(organisation: int | None) -> dict[str, int]:
    return {"organisation": organisation} if organisation is not None else {}
