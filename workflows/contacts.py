"""Whom one writes to at an organisation: kept and dropped by managers, each time in the journal."""

from sqlalchemy import select

from config.i18n import gettext as _
from models import Contact, Organisation, Person
from models.errors import BadInput, NotFound
from models.vocabulary import Act
from workflows.keeper import Keeper
from workflows.people import person_of

LONGEST = 200


def keep_contact(
    keeper: Keeper,
    organisation: Organisation,
    email: str,
    *,
    head: bool = False,
    function: str | None = None,
) -> Contact:
    """Write to that known person for it; `head` hears of it when nothing comes.

    Without a `function`, the one that is known stays. Raises `BadInput`, `NotFound`.
    """
    if len(function or "") > LONGEST:
        raise BadInput(_("La fonction a {most} caractères au plus.").format(most=LONGEST))
    person = person_of(keeper.session, email)
    contact = _contact(keeper, organisation, person)
    if contact is None:
        contact = Contact(organisation_id=organisation.id, person_id=person.id)
        keeper.session.add(contact)
    contact.head = head
    if function is not None:
        contact.function = function.strip()
    keeper.note(Act.KEEP_CONTACT, organisation=organisation.id, person=person.id, head=head)
    return contact


def drop_contact(keeper: Keeper, organisation: Organisation, person: Person) -> None:
    """That person is no longer written to for it; raises `NotFound`."""
    contact = _contact(keeper, organisation, person)
    if contact is None:
        raise NotFound(
            _("{email} n’est pas un contact de cet organisme.").format(email=person.email)
        )
    keeper.session.delete(contact)
    keeper.note(Act.KEEP_CONTACT, organisation=organisation.id, dropped=person.id)


def _contact(keeper: Keeper, organisation: Organisation, person: Person) -> Contact | None:
    return keeper.session.scalar(
        select(Contact).where(
            Contact.organisation_id == organisation.id, Contact.person_id == person.id
        )
    )
