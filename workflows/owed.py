"""What is owed now, as rows for a screen or a script."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.organisations import spelling_key
from config.policy import load_policies
from models import Application, Call, Contact, Obligation, Organisation, Person, RoleGrant
from models.errors import NotFound
from models.vocabulary import Role
from notifications.recipients import managers_of
from workflows.obligations import LIVE
from workflows.rules import rules_of
from workflows.spellings import Spellings
from workflows.standing import Standing, standings


class Owed(NamedTuple):
    """One running obligation; `due` is the effective date, `days_left` below zero when late."""

    key: str
    duty: str
    label: str
    owed_by: str
    organisation: str
    reference: str
    about: str
    rule: str
    nominal: date
    due: date
    days_left: int
    status: str
    next_rung: str
    next_reminder: date | None
    answer: str
    waits_until: date | None
    exhausted: bool


def list_owed(
    session: Session,
    contract_id: int,
    today: date,
    *,
    late: bool = False,
    exhausted: bool = False,
    owner: str | None = None,
) -> list[Owed]:
    """The running obligations of a contract, nearest first; `owner` is an address or an organisation.

    `exhausted`: only those that every reminder was spent on in vain.
    A manager owes what falls to the managers. Raises `NotFound` when nobody and no organisation
    goes by `owner`.
    """
    query = (
        select(Obligation, Application.reference, Organisation.name)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
        .where(Call.contract_id == contract_id, Obligation.status.in_(LIVE))
        .order_by(Obligation.effective_on, Obligation.id)
    )
    if late:
        query = query.where(Obligation.effective_on < today, Obligation.status == "open")
    if owner is not None:
        query = query.where(or_(*owned_by(session, contract_id, owner)))
    found = session.execute(query).all()
    standing = standings(session, [o.id for o, _reference, _name in found], today, rules_of())
    rows = [_row(o, reference, name, today, standing[o.id]) for o, reference, name in found]
    return [row for row in rows if row.exhausted or not exhausted]


def owned_by(session: Session, contract_id: int, owner: str) -> list[ColumnElement[bool]]:
    """What an address or a name owes, any of these; raises `NotFound` when nobody goes by it."""
    if "@" not in owner:
        return [Obligation.organisation_id.in_(_named(session, contract_id, owner))]
    person = session.scalar(select(Person.id).where(Person.email == owner.strip().lower()))
    if person is None:
        raise NotFound(
            _("Personne n’a l’adresse « {owner} » : « jalon people list » donne celles connues.").format(
                owner=owner
            )
        )  # fmt: skip
    grants = select(RoleGrant.organisation_id).where(
        RoleGrant.person_id == person, RoleGrant.role == Obligation.owed_by
    )
    contacts = select(Contact.organisation_id).where(Contact.person_id == person)
    owned: list[ColumnElement[bool]] = [
        Obligation.organisation_id.in_(grants),
        Obligation.organisation_id.in_(contacts) & (Obligation.owed_by != Role.MANAGER),
        (Application.contact_id == person) & (Obligation.owed_by == Role.GRANTEE),
    ]
    if person in {manager.id for manager in managers_of(session, contract_id)}:
        owned.append(Obligation.owed_by == Role.MANAGER)
    return owned


def _named(session: Session, contract_id: int, owner: str) -> list[int]:
    """An organisation of the contract by any of its spellings, or applicants by their name."""
    spellings = Spellings.of(session, contract_id)
    if (found := spellings.find(owner)) is not None:
        return [found]
    wanted = spelling_key(owner)
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.contract_id.is_(None))
    )
    applicants = [key for key, name in rows if spelling_key(name) == wanted]
    if not applicants:
        raise NotFound(spellings.unknown(owner))
    return applicants


def _row(
    obligation: Obligation, reference: str, organisation: str, today: date, standing: Standing
) -> Owed:
    policy = load_policies().deadlines[obligation.duty]
    return Owed(
        key=obligation.key,
        duty=obligation.duty.value,
        label=_(policy.label),
        owed_by=obligation.owed_by.value,
        organisation=organisation,
        reference=reference,
        about=obligation.about,
        rule=obligation.rule,
        nominal=obligation.nominal_on,
        due=obligation.effective_on,
        days_left=(obligation.effective_on - today).days,
        status=obligation.status.value,
        **standing._asdict(),
    )
