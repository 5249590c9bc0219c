"""All that the directory keeps of one person: roles, contacts, what was changed about them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from config.i18n import gettext as _
from config.labels import role_label
from models import Application, Call, Contact, JournalEntry, Organisation, Person, RoleGrant
from models.errors import NotFound
from models.vocabulary import Act, Role, State
from workflows.people import Did
from workflows.people_rules import within
from workflows.ties import seen_person

SHOWN = 15  # of the latest changes
ACTS = (Act.KEEP_PERSON, Act.GIVE_ROLE, Act.WITHDRAW_ROLE, Act.KEEP_CONTACT)


class HeldRole(NamedTuple):
    """A role; `everywhere` when it was given for all contracts, which no page changes."""

    number: int
    role: Role
    organisation: str
    everywhere: bool


class ContactOf(NamedTuple):
    """An organisation that they are written to for; `listed` when it is in the directory."""

    number: int
    name: str
    listed: bool
    function: str
    head: bool


class PersonSheet(NamedTuple):
    """One person of the directory; `files`: how many running applications have them as contact."""

    number: int
    name: str
    email: str
    active: bool
    failing_since: datetime | None
    roles: list[HeldRole]
    contacts: list[ContactOf]
    files: int


class Change(NamedTuple):
    """Something that was changed about them, and by whom."""

    at: datetime
    said: str
    by: str


def person_sheet(session: Session, contract_id: int, number: int) -> PersonSheet:
    """What is kept of one person, whom the contract sees; raises `NotFound`."""
    person = seen_person(session, contract_id, number)
    if person is None:
        raise NotFound(_("Cette personne n’est pas dans l’annuaire."))
    files = (
        select(func.count())
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.contact_id == number,
            Application.state != State.CLOSED,
            Call.contract_id == contract_id,
        )
    )
    return PersonSheet(
        number,
        person.name,
        person.email,
        person.active,
        person.failing_since,
        _roles(session, contract_id, number),
        _contacts(session, contract_id, number),
        session.scalar(files) or 0,
    )


def _roles(session: Session, contract_id: int, number: int) -> list[HeldRole]:
    query = (
        select(RoleGrant.id, RoleGrant.role, Organisation.name, RoleGrant.contract_id.is_(None))
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.person_id == number, within(contract_id))
        .order_by(RoleGrant.id)
    )
    return [HeldRole(row[0], row[1], row[2] or "", row[3]) for row in session.execute(query)]


def _contacts(session: Session, contract_id: int, number: int) -> list[ContactOf]:
    """Those of the contract, and of applicants, who belong to none."""
    query = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.contract_id.is_not(None),
            Contact.function,
            Contact.head,
        )
        .join(Contact, Contact.organisation_id == Organisation.id)
        .where(
            Contact.person_id == number,
            or_(Organisation.contract_id == contract_id, Organisation.contract_id.is_(None)),
        )
        .order_by(Contact.id)
    )
    return [ContactOf(*row) for row in session.execute(query)]


def changes_of(session: Session, contract_id: int, number: int) -> list[Change]:
    """What the journal keeps of changes about them, latest first; raises nothing."""
    actor = aliased(Person)
    query = (
        select(JournalEntry.at, JournalEntry.action, JournalEntry.facts, actor.name)
        .add_columns(JournalEntry.actor_role, Organisation.name)
        .outerjoin(actor, actor.id == JournalEntry.actor_id)
        .outerjoin(Organisation, Organisation.id == _fact("organisation"))
        .where(
            JournalEntry.application_id.is_(None),
            JournalEntry.contract_id + 0 == contract_id,  # by few rows, not along the whole chain
            JournalEntry.action.in_(ACTS),
            or_(_fact("person") == number, _fact("dropped") == number),
        )
        .order_by(JournalEntry.seq.desc())
        .limit(SHOWN)
    )
    return [
        Change(at, _said(action, facts, organisation or _("un organisme réuni depuis")), who or _by(role))
        for at, action, facts, who, role, organisation in session.execute(query)
    ]  # fmt: skip


def _fact(name: str) -> ColumnElement[int]:
    found: ColumnElement[int] = JournalEntry.facts[name].as_integer()
    return found


def _by(role: Role) -> str:
    return role_label(role) if role is Role.SYSTEM else _("l’exploitant")


def _said(action: str, facts: dict[str, object], organisation: str) -> str:
    """The entry in words."""
    if action == Act.KEEP_PERSON:
        return {
            Did.ADDED: _("Ajout à l’annuaire"),
            Did.RENAMED: _("Nom corrigé"),
            Did.READDRESSED: _("Adresse corrigée"),
            Did.DEACTIVATED: _("Désactivation"),
            Did.REACTIVATED: _("Retour à l’annuaire"),
        }[Did(str(facts["did"]))]
    if action == Act.KEEP_CONTACT:
        text = (
            _("Contact de {organisation} : retiré")
            if "dropped" in facts
            else _("Contact de {organisation}")
        )
        return text.format(organisation=organisation)
    role = role_label(str(facts["role"]))
    whole = f"{role} ({organisation})" if "organisation" in facts else role
    text = _("Rôle donné : {role}") if action == Act.GIVE_ROLE else _("Rôle retiré : {role}")
    return text.format(role=whole)
