"""The committee sessions to come, and what followed the last one planned or moved."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from models import (
    Application,
    Call,
    CommitteeSession,
    JournalEntry,
    Obligation,
    ObligationChange,
)
from models.vocabulary import Act


def coming_sessions(session: Session, contract_id: int, today: date) -> Sequence[CommitteeSession]:
    """The committee sessions from today on, the next first; raises nothing."""
    query = (
        select(CommitteeSession)
        .join(Call, Call.id == CommitteeSession.call_id)
        .where(Call.contract_id == contract_id, CommitteeSession.held_on >= today)
        .order_by(CommitteeSession.held_on, CommitteeSession.id)
    )
    return session.scalars(query).all()


class Followed(NamedTuple):
    """A duty whose date followed a committee day: the application's reference, what is due, and when now."""

    reference: str
    what: str
    due: date


def last_planning(session: Session, contract_id: int) -> tuple[int, list[Followed]]:
    """The journal's entry of the committee day planned or moved last, and the dates that followed it.

    The entry is 0 when there is none. Raises nothing.
    """
    planned = select(func.max(JournalEntry.id)).where(
        JournalEntry.contract_id == contract_id, JournalEntry.action == Act.PLAN_SESSION
    )
    entry = session.scalar(planned) or 0
    query = (
        select(Application.reference, Obligation.duty, ObligationChange.effective_on)
        .join(Obligation, Obligation.id == ObligationChange.obligation_id)
        .join(Application, Application.id == Obligation.application_id)
        .where(ObligationChange.entry_id == entry)
        .order_by(ObligationChange.effective_on, ObligationChange.id)
    )
    labels = load_policies().deadlines
    found = session.execute(query)
    return entry, [Followed(ref, _(labels[duty].label), due) for ref, duty, due in found]
