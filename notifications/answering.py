"""Who reads the answers to a mail about an application: for an applicant, the pilot of the fiche."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from models import Contact, Organisation, Person
from models.errors import BadInput
from models.vocabulary import Role
from notifications.catalogue import Entry
from notifications.cause import Cause
from notifications.cause_events import roles_of
from notifications.composing import usable_address
from notifications.contexts import Context
from notifications.recipients import contacts_of

Said = TypeVar("Said", bound=Context)


def answered(
    session: Session, cause: Cause, entry: Entry, context: Said, person: Person | None
) -> Said:
    """The same, naming the pilot to whom this reader answers; as it was where that is the team."""
    lead = cause.lead_pilot
    if person is None or lead is None or Role.GRANTEE not in roles_of(cause, entry):
        return context
    return answered_by(context, lead, contacts_of(session, [lead.id])[lead.id], person)


def answered_by(
    context: Said, pilot: Organisation, contacts: Sequence[Contact], reader: Person
) -> Said:
    """The same, answered to the first of the pilot's active `contacts` who can be written to.

    Heads come last. The team reads the answers of whoever stands in for another reader, of a
    reader who is of the pilot's own, and where nobody there can be written to.
    """
    if context.instead_of or any(contact.person_id == reader.id for contact in contacts):
        return context
    for contact in sorted(contacts, key=lambda contact: contact.head):
        if contact.person.failing_since is None and (address := _usable(contact.person.email)):
            name = f"{contact.person.name} ({pilot.name})"
            return context.model_copy(update={"answers_to": name, "answers_at": address})
    return context


def _usable(address: str) -> str:
    try:
        return usable_address(address)
    except BadInput:
        return ""
