"""Looked at again at the moment of leaving: why a message must not leave any more."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Message, Obligation
from models.vocabulary import MessageStatus as Status
from models.vocabulary import ObligationStatus, State
from notifications.catalogue import BY_KEY, DIGEST
from notifications.formats import PARIS
from notifications.preferences import unwanted

LIVE = (ObligationStatus.OPEN, ObligationStatus.PAUSED)
LEAVES = (Status.WAITING, Status.DEFERRED, Status.SENDING, Status.SENT)  # or has left
ADDRESS_FAILS = "adresse en échec"  # said as it is kept: those held for it are found by it


def outlived(message: Row[Any], now: datetime) -> str | None:
    """Why it is too late to send; None while it is not."""
    if message.expires_at is None or now < message.expires_at:
        return None
    if message.attempts:
        text = _("abandonné après {count} essais ; dernière réponse : {answer}")
        return text.format(count=message.attempts, answer=message.outcome or "—")
    day = f"{message.expires_at.astimezone(PARIS):%d/%m/%Y %H:%M}"
    return _("trop tard pour être utile : il devait partir avant le {day}").format(day=day)


def void(session: Session, message: Row[Any]) -> str | None:
    """Why a message must not leave any more; None when it should. `message` is a row of `NEXT`."""
    return next((reason for check in CHECKS if (reason := check(session, message))), None)


def _nobody(_session: Session, message: Row[Any]) -> str | None:
    return _("destinataire désactivé") if message.active is False else None


def _closed(_session: Session, message: Row[Any]) -> str | None:
    entry = BY_KEY.get(message.template)
    lapsed = entry is not None and entry.lapses and message.state is State.CLOSED
    return _("dossier clos entre-temps") if lapsed else None


def _nothing_owed(session: Session, message: Row[Any]) -> str | None:
    owed = message.obligations
    return _("plus rien n’est attendu") if owed and not _any_live(session, owed) else None


def _any_live(session: Session, ids: list[int]) -> bool:
    query = select(func.count()).where(Obligation.id.in_(ids), Obligation.status.in_(LIVE))
    return bool(session.scalar(query))


def _moved(session: Session, message: Row[Any]) -> str | None:
    """Every date it names has moved, and its reader is told of the new ones by other mail.

    A digest is followed by the next one. Any other leaves all the same when no `date_moved` says
    the new date to the same person: better an earlier date than no word at all.
    """
    named = message.dates or {}
    query = select(Obligation.id, Obligation.effective_on).where(
        Obligation.id.in_(map(int, named)), Obligation.status.in_(LIVE)
    )
    live = session.execute(query).all() if named else []
    if not live or any(f"{row.effective_on}" == named[str(row.id)] for row in live):
        return None
    if message.template != DIGEST.key:
        told = _told_since(session, message)
        if any((str(row.id), f"{row.effective_on}") not in told for row in live):
            return None
    return _("échéance déplacée entre-temps")


def _told_since(session: Session, message: Row[Any]) -> set[tuple[str, str]]:
    """The obligations whose new date other mail to the same reader says, with that date."""
    query = select(Message.facts["dates"]).where(
        Message.template == "date_moved",
        Message.application_id == message.application_id,
        Message.person_id.is_not_distinct_from(message.person_id),
        Message.id != message.id,
        Message.status.in_(LEAVES),
    )
    return {pair for dates in session.scalars(query) for pair in (dates or {}).items()}


Check = Callable[[Session, Row[Any]], str | None]
CHECKS: tuple[Check, ...] = (_nobody, _closed, _nothing_owed, _moved, unwanted)
