"""The events of an application that deadlines are counted from, as far as their dates are known."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.vocabulary import Anchor
from models import Application, CommitteeSession
from workflows.deadlines import civil_date


def known_dates(session: Session, application: Application, today: date) -> dict[Anchor, date]:
    """The events of an application whose dates are known today; raises nothing."""
    dates = {
        Anchor.CALL_CLOSES: application.call.closes_on,
        Anchor.SUBMITTED: civil_date(application.received_at),
        Anchor.FINANCIAL_YEAR_END: application.financial_year_ends_on,
        Anchor.ACTION_END: application.ends_on,
    }
    held_on = (
        application.session.held_on
        if application.session
        else next_session(session, application.call.id, today)
    )
    return dates | ({Anchor.SESSION: held_on} if held_on else {})


def next_session(session: Session, call_id: int, today: date) -> date | None:
    """The next committee day of the call, today included; None when none is planned. Raises nothing."""
    return session.scalar(
        select(CommitteeSession.held_on)
        .where(CommitteeSession.call_id == call_id, CommitteeSession.held_on >= today)
        .order_by(CommitteeSession.held_on)
        .limit(1)
    )
