"""What nobody may do to the people of a programme: on pages, through the API or by a command."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Contract, Person, RoleGrant
from models.errors import Reason, Refused
from models.vocabulary import Role
from workflows.actors import OPERATOR, SYSTEM, Actor
from workflows.keeper import Keeper
from workflows.ties import is_tied_elsewhere

STAFF = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


def within(contract_id: int) -> ColumnElement[bool]:
    """The condition on a role to be held in that contract, or in all; raises nothing."""
    return or_(RoleGrant.contract_id == contract_id, RoleGrant.contract_id.is_(None))


def may_name_administrators(actor: Actor) -> bool:
    """Whether that role is theirs to give and withdraw: administrators, whoever runs the machine.

    Raises nothing.
    """
    return _runs_it(actor) or Role.ADMINISTRATOR in {role for role, _organisation in actor.grants}


def _runs_it(actor: Actor) -> bool:
    return actor is OPERATOR or actor is SYSTEM


def check_role(keeper: Keeper, role: Role) -> None:
    """Raises `Refused` when that role is not theirs to give or withdraw."""
    if role is Role.ADMINISTRATOR and not may_name_administrators(keeper.actor):
        text = _("Seul un administrateur donne ou retire le rôle d’administrateur.")
        raise Refused([Reason("administrators_only", text)])


def check_person(keeper: Keeper, person: Person) -> None:
    """Raises `Refused` for a manager who would let an administrator out or in, or take their address.

    So for whoever another contract has to do with, unless by who runs the machine or administers all.
    Sign-in links go to the address: whoever corrects it could become that person.
    """
    if keeper.actor.person_id == person.id:
        return
    _check_ours(keeper, person)
    query = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id, RoleGrant.role == Role.ADMINISTRATOR
    )
    if may_name_administrators(keeper.actor):
        return
    if keeper.session.scalar(query.limit(1)) is not None:
        text = _("{name} est administrateur : seul un autre administrateur peut le faire.")
        raise Refused([Reason("administrators_only", text.format(name=person.name))])


def _check_ours(keeper: Keeper, person: Person) -> None:
    if _runs_it(keeper.actor) or not is_tied_elsewhere(
        keeper.session, keeper.contract_id, person.id
    ):
        return
    everywhere = select(RoleGrant.id).where(
        RoleGrant.person_id == keeper.actor.person_id,
        RoleGrant.role == Role.ADMINISTRATOR,
        RoleGrant.contract_id.is_(None),
    )
    if keeper.session.scalar(everywhere.limit(1)) is None:
        text = _(
            "{name} est aussi connu d’un autre contrat : demandez-le à qui administre tous les contrats."
        )
        raise Refused([Reason("other_contract", text.format(name=person.name))])


def check_not_oneself(keeper: Keeper, person: Person) -> None:
    """Raises `Refused` for who would deactivate themselves."""
    if keeper.actor.person_id == person.id:
        text = _("Vous ne pouvez pas vous désactiver vous-même.")
        raise Refused([Reason("oneself", text)])


def check_still_manages(keeper: Keeper, person: Person) -> None:
    """Raises `Refused` for who has just withdrawn their own last role of manager or administrator."""
    query = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role.in_(STAFF),
        within(keeper.contract_id),
    )
    if keeper.actor.person_id == person.id and keeper.session.scalar(query.limit(1)) is None:
        text = _(
            "Ce rôle est le dernier qui vous laisse gérer le programme : un autre responsable peut"
            " vous le retirer."
        )
        raise Refused([Reason("oneself", text)])


def check_still_managed(session: Session, contracts: Iterable[int]) -> None:
    """Raises `Refused` when one of these contracts has nobody active left to manage it.

    Asked after the change and its entry in the journal: whoever writes there waits for the other,
    so that of two who leave at once the second is counted without the first.
    """
    for contract_id in sorted(set(contracts)):
        if not is_managed(session, contract_id):
            code = session.scalar(select(Contract.code).where(Contract.id == contract_id))
            text = _(
                "Il ne resterait ni responsable ni administrateur actif pour le contrat {code} :"
                " donnez d’abord le rôle à quelqu’un d’autre."
            )
            raise Refused([Reason("last_manager", text.format(code=code))])


def is_managed(session: Session, contract_id: int) -> bool:
    """Whether somebody active manages or administers that contract; raises nothing."""
    query = select(RoleGrant.id).join(Person, Person.id == RoleGrant.person_id)
    held = query.where(Person.active, RoleGrant.role.in_(STAFF), within(contract_id))
    return session.scalar(held.limit(1)) is not None
