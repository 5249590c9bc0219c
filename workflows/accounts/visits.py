"""Who is signed in: sessions opened, recognised, listed and ended; they end by themselves too."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import Contract, Person, WebSession
from models.account import Means
from models.errors import NotFound
from workflows.accounts.secrets import digest_of, new_secret
from workflows.queries import get_contract

NOTED_EVERY = timedelta(minutes=1)  # how exactly « last seen » is known


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: without a click, and at most."""

    idle: timedelta
    absolute: timedelta


def open_session(
    session: Session, person: Person, means: Means, device: str, now: datetime, limits: Limits
) -> str:
    """Sign `person` in; the secret that their browser keeps. Raises nothing."""
    session.execute(delete(WebSession).where(WebSession.expires_at < now))
    secret = new_secret()
    session.add(
        WebSession(
            digest=digest_of(secret),
            person_id=person.id,
            means=means,
            device=device[:200],
            started_at=now,
            seen_at=now,
            expires_at=now + limits.absolute,
        )
    )
    session.flush()
    return secret


def session_of(session: Session, secret: str, now: datetime, limits: Limits) -> WebSession | None:
    """The session of that secret with its person, unless it has ended; raises nothing."""
    found = session.scalar(
        select(WebSession)
        .where(WebSession.digest == digest_of(secret))
        .options(joinedload(WebSession.person))
    )
    return found if found and _goes_on(found, now, limits) else None


def session_and_contract(
    session: Session, secret: str, contract: str, now: datetime, limits: Limits
) -> tuple[WebSession, Contract] | None:
    """The same with the contract of that code, in one query; raises `NotFound` without such a contract."""
    row = session.execute(
        select(WebSession, Contract)
        .outerjoin(Contract, Contract.code == contract)
        .where(WebSession.digest == digest_of(secret))
        .options(joinedload(WebSession.person))
    ).one_or_none()
    if row is None or not _goes_on(row[0], now, limits):
        return None
    found: Contract | None = row[1]
    return row[0], get_contract(session, contract) if found is None else found


def _goes_on(found: WebSession, now: datetime, limits: Limits) -> bool:
    alive = found.expires_at > now and found.seen_at + limits.idle > now
    return alive and found.person.active


def is_stale(found: WebSession, now: datetime) -> bool:
    """Whether « last seen » is to be written again; raises nothing."""
    return now - found.seen_at >= NOTED_EVERY


def note_seen(session: Session, session_id: int, now: datetime) -> None:
    """The person was here at `now`; raises nothing."""
    session.execute(
        update(WebSession)
        .where(WebSession.id == session_id, WebSession.seen_at < now)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def sessions_of(
    session: Session, person_id: int, now: datetime, limits: Limits
) -> list[WebSession]:
    """Where a person is signed in, latest first; raises nothing."""
    query = select(WebSession).where(
        WebSession.person_id == person_id,
        WebSession.expires_at > now,
        WebSession.seen_at > now - limits.idle,
    )
    return list(session.scalars(query.order_by(WebSession.seen_at.desc(), WebSession.id)))


def end_session(session: Session, person_id: int, session_id: int) -> None:
    """End one session of that person; raises `NotFound` when it is not theirs or has ended."""
    ended = session.execute(
        delete(WebSession).where(WebSession.id == session_id, WebSession.person_id == person_id)
    )
    if not ended.rowcount:  # type: ignore[attr-defined] # a DELETE counts its rows
        raise NotFound(_("Cette session est déjà terminée."))


def end_others(session: Session, person_id: int, kept_id: int) -> None:
    """End every session of that person but one; raises nothing."""
    session.execute(
        delete(WebSession).where(WebSession.person_id == person_id, WebSession.id != kept_id)
    )


def end_this(session: Session, secret: str) -> None:
    """End the session of that secret, if it goes on; raises nothing."""
    session.execute(delete(WebSession).where(WebSession.digest == digest_of(secret)))
