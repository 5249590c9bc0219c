"""A funder that decides before the others: its own mail, and what becomes of it later."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, JournalEntry, Message
from models.vocabulary import Act
from notifications.outbox import cancel_unsent, sent_for


def decisions_of(
    session: Session, application: Application, funder: str = "", after: int = 0
) -> list[int]:
    """The entries that recorded them, of one funder or of all, later than `after`; raises nothing."""
    query = select(JournalEntry.id, JournalEntry.facts).where(
        JournalEntry.application_id == application.id,
        JournalEntry.action == Act.DECIDE_LINE,
        JournalEntry.seq > after,
    )
    rows = session.execute(query.order_by(JournalEntry.seq)).all()
    return [number for number, facts in rows if funder in ("", facts["funder"])]


def told_of(session: Session, entry_ids: Sequence[int]) -> list[Message]:
    """The mail about them that left, is leaving, or may have left; raises nothing."""
    return [message for number in entry_ids for message in sent_for(session, number)]


def take_back(session: Session, entry_ids: Sequence[int], now: datetime) -> None:
    """What has not left about them does not: later mail says it better. Raises nothing."""
    for number in entry_ids:
        cancel_unsent(session, number, now=now, reason=_("remplacé par une décision plus récente"))
