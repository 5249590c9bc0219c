"""A person's calendar under a secret address: made, read, revoked."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from config.i18n import speaking
from models import Application, CalendarFeed, Contract, Obligation, Person
from models.vocabulary import Role
from notifications.calendars import calendar_file, events_of
from notifications.rendering import spoken_language
from workflows.deadlines import civil_date
from workflows.obligations import LIVE
from workflows.owed import owned_by
from workflows.session_events import session_event, sessions_of

MOST = 1000  # events
ADDRESS = "/calendrier/{secret}.ics"  # where the pages serve it


def make_feed(session: Session, person: Person, now: datetime) -> str:
    """A new secret for this person's calendar; those before it no longer open it. Raises nothing."""
    revoke_feeds(session, person, now)
    secret = secrets.token_urlsafe(32)
    session.add(CalendarFeed(person_id=person.id, digest=_digest(secret), made_at=now))
    session.flush()
    return secret


def revoke_feeds(session: Session, person: Person, now: datetime) -> int:
    """No secret opens this person's calendar any more; how many did. Raises nothing."""
    query = select(CalendarFeed).where(
        CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None)
    )
    live = session.scalars(query.with_for_update()).all()
    for feed in live:
        feed.revoked_at = now
    session.flush()
    return len(live)


def read_feed(session: Session, secret: str, now: datetime, *, public_url: str = "") -> str | None:
    """The calendar that a secret opens, whose events lead to pages under `public_url`.

    None when it opens none. Raises nothing.
    """
    person = session.scalar(
        select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(
            CalendarFeed.digest == _digest(secret),
            CalendarFeed.revoked_at.is_(None),
            Person.active,
        )
    )
    if person is None:
        return None
    owned: list[ColumnElement[bool]] = []
    for contract_id in session.scalars(select(Contract.id)):
        owned += owned_by(session, contract_id, person.email)
    query = (
        select(Obligation)
        .join(Application, Application.id == Obligation.application_id)
        .where(Obligation.status.in_(LIVE), or_(*owned))
        .options(joinedload(Obligation.application))
        .order_by(Obligation.effective_on, Obligation.id)
        .limit(MOST)
    )
    with speaking(spoken_language(person.language)):
        owed = session.scalars(query).all()
        events = events_of(session, owed, most=MOST, page_of=lambda o: public_url + _place(o))
        events += [session_event(session, s) for s in sessions_of(session, person, civil_date(now))]
        return calendar_file(events, now, name=_("Mes échéances du contrat de ville"))


def _place(owed: Obligation) -> str:
    """Where whoever owes it sees it: applicants have a page of theirs."""
    place = "mes-demandes" if owed.owed_by is Role.GRANTEE else "dossiers"
    return f"/{place}/{owed.application.reference}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
