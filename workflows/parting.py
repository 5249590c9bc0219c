"""What changes when somebody parts with a role, with a contact, or with Jalon: told before it is done."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from config.i18n import gettext as _
from models import Contact, Message, Organisation, Person, RoleGrant
from models.vocabulary import MessageStatus
from workflows.keeper import Keeper
from workflows.people_rules import within
from workflows.role_parting import without_role_effects
from workflows.unheard import Leaving, Unheard, unheard

WAITING = (MessageStatus.WAITING, MessageStatus.DEFERRED, MessageStatus.HELD)


class Parting(NamedTuple):
    """Sentences; then the duties that would be recalled to the managers instead, the first and how many."""

    effects: list[str]
    duties: list[Unheard]
    many: int


def without_role(keeper: Keeper, person: Person, held: RoleGrant) -> Parting:
    """What withdrawing that role changes; raises nothing."""
    if not person.active:
        return _nothing(person)
    effects = without_role_effects(keeper, person, held)
    contact = _contact_of(keeper, person, Contact.organisation_id == held.organisation_id)
    if contact:
        text = _("{name} reste contact de {organisation} : les rappels continuent de lui arriver.")
        effects.append(text.format(name=person.name, organisation=contact[0][1]))
    left = select(func.count()).where(
        RoleGrant.person_id == person.id, RoleGrant.id != held.id, within(keeper.contract_id)
    )
    if not keeper.session.scalar(left):
        text = _("Plus aucun rôle : {name} ne verra plus que ses propres demandes.")
        effects.append(text.format(name=person.name))
    return Parting(effects, [], 0)


def without_contact(keeper: Keeper, person: Person, organisation: Organisation) -> Parting:
    """What no longer writing to them for that organisation changes; raises nothing."""
    if not person.active:
        return _nothing(person)
    mine = _contact_of(keeper, person, Contact.organisation_id == organisation.id)
    leaving = Leaving(person.id, frozenset(number for number, _name, _head in mine))
    return _parted(keeper, _contact_effects(keeper, person, mine), leaving)


def without_person(keeper: Keeper, person: Person) -> Parting:
    """What deactivating them changes; raises nothing."""
    if not person.active:
        return _nothing(person)
    text = _("{name} ne pourra plus se connecter, et Jalon ne lui écrira plus.")
    effects = [text.format(name=person.name)]
    waiting = select(func.count()).where(
        Message.person_id == person.id, Message.status.in_(WAITING)
    )
    if count := keeper.session.scalar(waiting):
        effects.append(_("Messages en attente qui ne partiront pas : {count}.").format(count=count))
    held = select(RoleGrant).where(RoleGrant.person_id == person.id, within(keeper.contract_id))
    for grant in keeper.session.scalars(held.order_by(RoleGrant.id)):
        effects += without_role_effects(keeper, person, grant)
    mine = _contact_of(keeper, person)
    effects += _contact_effects(keeper, person, mine)
    leaving = Leaving(person.id, frozenset(number for number, _name, _head in mine), whole=True)
    return _parted(keeper, effects, leaving)


def _parted(keeper: Keeper, effects: list[str], leaving: Leaving) -> Parting:
    return Parting(effects, *unheard(keeper.session, keeper.contract_id, leaving))


def _nothing(person: Person) -> Parting:
    said = _("{name} est désactivé : rien n’est plus rappelé à cette adresse, rien ne change donc.")
    return Parting([said.format(name=person.name)], [], 0)


def _contact_of(
    keeper: Keeper, person: Person, *which: ColumnElement[bool]
) -> list[tuple[int, str, bool]]:
    """The organisations they are written to for: number, name, whether as the head."""
    query = (
        select(Organisation.id, Organisation.name, Contact.head)
        .join(Contact, Contact.organisation_id == Organisation.id)
        .where(Contact.person_id == person.id, *which)
        .order_by(Contact.id)
    )
    return [(row[0], row[1], row[2]) for row in keeper.session.execute(query)]


def _contact_effects(
    keeper: Keeper, person: Person, mine: Iterable[tuple[int, str, bool]]
) -> list[str]:
    effects = []
    for number, organisation, head in mine:
        query = (
            select(Person.name, Contact.head)
            .join(Contact, Contact.person_id == Person.id)
            .where(Contact.organisation_id == number, Person.active, Person.id != person.id)
            .order_by(Contact.id)
        )
        others = keeper.session.execute(query).all()
        names = ", ".join(name for name, _head in others)
        text = (
            _("Contacts qui restent pour {organisation} : {names}.")
            if others
            else _(
                "Plus personne à qui écrire pour {organisation} : ce qui devait lui être rappelé le"
                " sera aux responsables du programme."
            )
        )
        effects.append(text.format(organisation=organisation, names=names))
        if head and others and not any(is_head for _name, is_head in others):
            text = _("Plus de responsable à prévenir à {organisation} quand rien ne vient.")
            effects.append(text.format(organisation=organisation))
    return effects
