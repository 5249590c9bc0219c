"""The days of the calls: committee sessions to come."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, CommitteeSession


def coming_sessions(session: Session, contract_id: int, today: date) -> Sequence[CommitteeSession]:
    """The committee sessions from today on, the next first; raises nothing."""
    query = (
        select(CommitteeSession)
        .join(Call, Call.id == CommitteeSession.call_id)
        .where(Call.contract_id == contract_id, CommitteeSession.held_on >= today)
        .order_by(CommitteeSession.held_on, CommitteeSession.id)
    )
    return session.scalars(query).all()
