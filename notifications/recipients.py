"""Who gets a mail: contacts of organisations, managers of the contract, and nobody twice."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import Contact, Message, Person, RoleGrant
from models.vocabulary import Role
from notifications.cause import Audience, Cause

OF_ROLE = {
    Role.GRANTEE: Audience.GRANTEE,
    Role.PILOT: Audience.LEAD_PILOT,
    Role.MANAGER: Audience.MANAGERS,
}


class Addressees(NamedTuple):
    """Whom to write to; `instead_of` names whom the mail was meant for when they cannot be reached."""

    persons: list[Person]
    instead_of: str = ""


def reader_of(session: Session, message: Message) -> Person | None:
    """Whom it is for; None when it went to the address that answers go to."""
    return session.get(Person, message.person_id) if message.person_id else None


def contacts_of(session: Session, organisation_ids: Iterable[int]) -> dict[int, list[Contact]]:
    """The active contacts of each organisation, in the order they were given, in one query."""
    found: dict[int, list[Contact]] = {number: [] for number in organisation_ids}
    query = (
        select(Contact)
        .join(Contact.person)
        .where(Contact.organisation_id.in_(found), Person.active)
        .options(joinedload(Contact.person))
        .order_by(Contact.id)
    )
    for contact in session.scalars(query) if found else ():
        found[contact.organisation_id].append(contact)
    return found


def managers_of(session: Session, contract_id: int) -> list[Person]:
    """The active persons who manage this contract, or every contract."""
    return _holders(session, Role.MANAGER, contract_id)


def audience_of(session: Session, cause: Cause, audience: Audience) -> list[Person]:
    """The active persons to whom a mail for `audience` goes, each once."""
    return addressees(session, cause, audience).persons


def addressees(session: Session, cause: Cause, audience: Audience) -> Addressees:
    """Whom to write to; when nobody there can be reached, the managers, so that no mail is lost."""
    if audience is Audience.ALREADY_WRITTEN:
        return Addressees(_already_written(session, cause))
    contract_id = cause.application.call.contract_id
    wanted, name = [], ""
    if audience is Audience.OWNER:
        audience = OF_ROLE[cause.obligations[0].owed_by] if cause.obligations else Audience.MANAGERS
    if audience is Audience.GRANTEE:
        wanted, name = _grantee(session, cause), cause.application.applicant.name
    elif audience is Audience.LEAD_PILOT:
        wanted, name = _lead_pilot(session, cause), _pilot_name(cause)
    if wanted:
        return Addressees(_each_once(wanted))
    fallback = managers_of(session, contract_id) or _holders(
        session, Role.ADMINISTRATOR, contract_id
    )
    return Addressees(_each_once(fallback), name)


def _grantee(session: Session, cause: Cause) -> list[Person]:
    application = cause.application
    if application.contact_id is not None:
        contact = session.get(Person, application.contact_id)
        if contact is not None and contact.active:
            return [contact]
    organisation = application.applicant.id
    return [contact.person for contact in contacts_of(session, [organisation])[organisation]]


def _lead_pilot(session: Session, cause: Cause) -> list[Person]:
    """The pilot's contacts; its heads only when there is nobody else."""
    if cause.lead_pilot is None:
        return []
    contacts = contacts_of(session, [cause.lead_pilot.id])[cause.lead_pilot.id]
    return [contact.person for contact in contacts if not contact.head] or [
        contact.person for contact in contacts
    ]


def _pilot_name(cause: Cause) -> str:
    number = cause.application.fiche.number
    return (
        cause.lead_pilot.name
        if cause.lead_pilot
        else _("le pilote de la fiche {number}").format(number=number)
    )


def _already_written(session: Session, cause: Cause) -> list[Person]:
    ids = {message.person_id for message in cause.corrected if message.person_id is not None}
    query = select(Person).where(Person.id.in_(ids), Person.active).order_by(Person.id)
    return list(session.scalars(query)) if ids else []


def _holders(session: Session, role: Role, contract_id: int) -> list[Person]:
    granted = select(RoleGrant.person_id).where(
        RoleGrant.role == role,
        or_(RoleGrant.contract_id == contract_id, RoleGrant.contract_id.is_(None)),
    )
    query = select(Person).where(Person.active, Person.id.in_(granted)).order_by(Person.id)
    return list(session.scalars(query))


def _each_once(persons: Iterable[Person]) -> list[Person]:
    return list({person.email: person for person in persons}.values())
