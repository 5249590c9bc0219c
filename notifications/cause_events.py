"""Which duties go into a reader's calendar when something happens: those opened, moved or void by it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from config.i18n import speaking
from models import Obligation, ObligationChange
from models.vocabulary import Role
from notifications.calendars import calendar_file, events_of
from notifications.catalogue import BY_KEY, Entry
from notifications.cause import Audience, Cause
from notifications.rendering import spoken_language

ROLE_OF = {
    Audience.GRANTEE: Role.GRANTEE,
    Audience.LEAD_PILOT: Role.PILOT,
    Audience.MANAGERS: Role.MANAGER,
}


def calendar_for(session: Session, cause: Cause, entry: Entry, language: str) -> str:
    """The calendar file of that mail; empty when no date of its readers has changed."""
    roles = roles_of(cause, entry)
    changed = select(ObligationChange.obligation_id).where(
        ObligationChange.entry_id == cause.entry.id
    )
    numbers = {o.id for o in cause.obligations} | set(session.scalars(changed))
    query = select(Obligation).where(Obligation.id.in_(numbers), Obligation.owed_by.in_(roles))
    found = session.scalars(query.order_by(Obligation.effective_on, Obligation.id)).all()
    if not found:
        return ""
    for obligation in found:
        set_committed_value(obligation, "application", cause.application)  # known already
    with speaking(spoken_language(language)):
        return calendar_file(events_of(session, found), cause.now)


def roles_of(cause: Cause, entry: Entry) -> Sequence[Role]:
    """In what role a mail of the catalogue is read, as far as it is known."""
    if entry.audience is Audience.OWNER:
        return [o.owed_by for o in cause.obligations[:1]]
    if entry.audience is Audience.ALREADY_WRITTEN:
        entries = [BY_KEY[m.template] for m in cause.corrected if m.template in BY_KEY]
        return [ROLE_OF[e.audience] for e in entries if e.audience in ROLE_OF]
    return [ROLE_OF[entry.audience]] if entry.audience in ROLE_OF else []
