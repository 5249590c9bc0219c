"""A person's choices about mail: read, and changed when the kind of mail allows it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import MailPreference, Person
from models.errors import BadInput
from models.vocabulary import Frequency, Role
from notifications.catalogue import BY_KEY, CATALOGUE, Entry
from notifications.cause import Audience
from notifications.preferences import AS_IT_COMES, choices
from workflows.people_rules import STAFF

_READERS = {
    "staff_digest": STAFF,
    "call_ahead": STAFF | {Role.PILOT},
}  # of what the calendar brings


class Choice(NamedTuple):
    """One kind of mail: how often it comes, and what else may be chosen."""

    template: str
    frequency: Frequency
    allowed: tuple[Frequency, ...]


def choices_of(
    session: Session, person: Person, roles: frozenset[Role] | None = None
) -> list[Choice]:
    """What this person may choose, kind by kind: all, or what comes to these roles. Raises nothing."""
    query = select(MailPreference.template, MailPreference.frequency).where(
        MailPreference.person_id == person.id
    )
    chosen = {row.template: row.frequency for row in session.execute(query)}
    return [
        Choice(entry.key, chosen.get(entry.key, AS_IT_COMES), choices(entry))
        for entry in CATALOGUE
        if len(choices(entry)) > 1 and (roles is None or _comes_to(roles, entry))
    ]


def _comes_to(roles: frozenset[Role], entry: Entry) -> bool:
    readers = STAFF if entry.audience is Audience.MANAGERS else _READERS.get(entry.key)
    return readers is None or bool(readers & roles)


def choose(session: Session, person: Person, template: str, wanted: str, now: datetime) -> None:
    """Keep a choice; it holds for what is queued already. Raises `BadInput` when it is not allowed."""
    entry = BY_KEY.get(template.strip())
    if entry is None or len(choices(entry)) == 1:
        known = ", ".join(entry.key for entry in CATALOGUE if len(choices(entry)) > 1)
        raise BadInput(
            _("« {template} » ne se règle pas : ce courriel est obligatoire ou n’existe pas. Se"
              " règlent : {known}.").format(template=template, known=known)
        )  # fmt: skip
    allowed = [frequency.value for frequency in choices(entry)]
    if wanted.strip() not in allowed:
        raise BadInput(
            _("« {wanted} » ne se peut pas pour « {template} » ; possible : {allowed}.").format(
                wanted=wanted, template=entry.key, allowed=", ".join(allowed)
            )
        )
    row = session.get(MailPreference, (person.id, entry.key))
    if row is None:
        row = MailPreference(person_id=person.id, template=entry.key)
        session.add(row)
    row.frequency, row.chosen_at = Frequency(wanted.strip()), now
    session.flush()
