"""Who reads of an obligation: the audiences of a rung turned into persons, nobody twice, never nobody."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from config.vocabulary import Audience
from models import Contact, Obligation, Person
from models.vocabulary import Role
from workflows.reminder_book import Book


class Told(NamedTuple):
    """Somebody who is reminded; without a person, the mailbox that answers go to.

    `instead_of` names whom they stand in for, when nobody there can be written to. `on`: the day
    of the mail, which for who wants one a week may be another than that of the reminder. `owes`:
    they are told because they owe it.
    """

    person: Person | None
    instead_of: str = ""
    on: date | None = None
    owes: bool = False

    @property
    def number(self) -> int:
        """What tells them apart in unique keys: the person's id, 0 for the mailbox."""
        return self.person.id if self.person else 0


def told_of(book: Book, obligation: Obligation, audiences: Sequence[Audience]) -> list[Told]:
    """Everyone of these audiences, once each; the managers where an audience has no address.

    Never nobody, when there is an audience at all. Raises nothing.
    """
    found: dict[int, Told] = {}
    names: dict[int, dict[str, None]] = defaultdict(dict)
    for audience in dict.fromkeys(audiences):
        for told in _audience(book, obligation, audience):
            found.setdefault(told.number, told._replace(owes=audience is Audience.OWNER))
            names[told.number] |= dict.fromkeys(filter(None, [told.instead_of]))
    if audiences and not found:
        managers = book.managers[obligation.application.call.contract_id]
        return [Told(person) for person in managers]
    return [told._replace(instead_of=", ".join(names[n])) for n, told in found.items()]


def _audience(book: Book, obligation: Obligation, audience: Audience) -> list[Told]:
    managers = book.managers[obligation.application.call.contract_id]
    if audience is Audience.MANAGER or (
        audience is Audience.OWNER and obligation.owed_by is Role.MANAGER
    ):
        return [Told(person) for person in managers]
    name, people = _meant(book, obligation, audience)
    if people or audience is Audience.PILOT_HEAD:  # a service without a head is told once already
        return [Told(person) for person in people]
    return [Told(person, name) for person in managers]


def _meant(book: Book, obligation: Obligation, audience: Audience) -> tuple[str, Sequence[Person]]:
    """The organisation of an audience, and its persons who can be written to."""
    application = obligation.application
    if audience is Audience.OWNER and obligation.owed_by is Role.GRANTEE:
        contact = application.contact
        if contact is not None and contact.active:
            return obligation.organisation.name, [contact]
        return obligation.organisation.name, _written_to(book.contacts[obligation.organisation_id])
    if not application.fiche.pilots:  # the managers own what nobody else does
        return "", []
    lead = application.fiche.pilots[0].organisation
    contacts = book.contacts[lead.id]
    heads = [contact.person for contact in contacts if contact.head]
    return lead.name, heads if audience is Audience.PILOT_HEAD else _written_to(contacts)


def _written_to(contacts: Sequence[Contact]) -> list[Person]:
    """Those who do the work; the heads only when there is nobody else."""
    chosen = [contact.person for contact in contacts if not contact.head]
    return chosen or [contact.person for contact in contacts]
