"""What a role that is withdrawn leaves behind: who still holds it, and what nobody could do any more."""

from sqlalchemy import func, select

from config.i18n import gettext as _
from models import Application, Call, EmergencyAccount, Obligation, Organisation, Person, RoleGrant
from models.vocabulary import Role
from workflows.keeper import Keeper
from workflows.obligations import LIVE
from workflows.people_rules import within


def without_role_effects(keeper: Keeper, person: Person, held: RoleGrant) -> list[str]:
    """In sentences, what their no longer holding that role changes; raises nothing."""
    others = _others(keeper, person, held.role, held.organisation_id)
    name = _organisation(keeper, held.organisation_id)
    match held.role:
        case Role.PILOT:
            return _pilot(keeper, held.organisation_id, name, others)
        case Role.FUNDER:
            return _funder(name, others)
        case Role.MANAGER:
            return _manager(keeper, person, others)
        case Role.ADMINISTRATOR:
            return _administrator(keeper, person, others)
        case Role.GRANTEE:
            text = _(
                "{name} ne verra plus, des demandes de {organisation}, que celles qui l’ont pour"
                " contact."
            )
            return [text.format(name=person.name, organisation=name)]
    return []


def _pilot(keeper: Keeper, organisation: int | None, name: str, others: list[str]) -> list[str]:
    if others:
        text = _("Pilotes qui restent pour {organisation} : {names}.")
        return [text.format(organisation=name, names=", ".join(others))]
    query = (
        select(func.count())
        .select_from(Obligation)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.contract_id == keeper.contract_id,
            Obligation.owed_by == Role.PILOT,
            Obligation.organisation_id == organisation,
            Obligation.status.in_(LIVE),
        )
    )
    text = _("Plus personne ne pourra donner d’avis ni relire de bilans pour {organisation}.")
    effects = [text.format(organisation=name)]
    if count := keeper.session.scalar(query):
        text = _("Avis et bilans attendus de {organisation} : {count}.")
        effects.append(text.format(organisation=name, count=count))
    return effects


def _funder(name: str, others: list[str]) -> list[str]:
    text = (
        _("Financeurs qui restent pour {organisation} : {names}.")
        if others
        else _(
            "Plus personne n’agira comme financeur pour {organisation} : ses décisions et ses"
            " versements seront à saisir par les responsables."
        )
    )
    return [text.format(organisation=name, names=", ".join(others))]


def _manager(keeper: Keeper, person: Person, others: list[str]) -> list[str]:
    text = _(
        "Les rappels, ordres du jour et bilans de la semaine destinés aux responsables n’iront plus"
        " à {name}."
    )
    effects = [text.format(name=person.name)]
    if others:
        return [*effects, _("Responsables qui restent : {names}.").format(names=", ".join(others))]
    administrators = _others(keeper, None, Role.ADMINISTRATOR, None)
    text = _(
        "Plus aucun responsable du programme : les rappels qui leur reviennent iront aux"
        " administrateurs ({names})."
    )
    return [*effects, text.format(names=", ".join(administrators))]


def _administrator(keeper: Keeper, person: Person, others: list[str]) -> list[str]:
    effects = []
    if keeper.session.get(EmergencyAccount, person.id):
        text = _("Le compte de secours de {name} n’ouvrira plus.")
        effects.append(text.format(name=person.name))
    if others:
        text = _("Administrateurs qui restent : {names}.").format(names=", ".join(others))
    else:
        text = _(
            "Plus aucun administrateur : seul l’exploitant, par la commande, pourra en nommer un."
        )
    return [*effects, text]


def _others(
    keeper: Keeper, person: Person | None, role: Role, organisation: int | None
) -> list[str]:
    """The names of the other active persons who hold the same role."""
    held = select(RoleGrant.person_id).where(
        RoleGrant.role == role,
        RoleGrant.organisation_id.is_not_distinct_from(organisation),
        within(keeper.contract_id),
    )
    query = select(Person.name).where(Person.active, Person.id.in_(held))
    if person is not None:
        query = query.where(Person.id != person.id)
    query = query.order_by(Person.name, Person.id)
    return list(keeper.session.scalars(query))


def _organisation(keeper: Keeper, number: int | None) -> str:
    found = keeper.session.get(Organisation, number) if number is not None else None
    return found.name if found else ""
