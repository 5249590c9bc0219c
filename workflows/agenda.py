"""A month of deadlines: how many things are due each day, the committee days, the calls that open and close."""

from calendar import Calendar, monthrange
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Call, CommitteeSession, Obligation
from models.vocabulary import ObligationStatus
from workflows.accounts.sight import Sight
from workflows.closed_days import rules_in
from workflows.rules import rules_of


class Day(NamedTuple):
    """One day of the month as shown: what happens, how much is due, whether offices are closed."""

    on: date
    inside: bool
    due: int
    events: tuple[str, ...]
    closed: bool


def month_of(session: Session, sight: Sight, first: date) -> list[list[Day]]:
    """The weeks of the month that begins on `first`; raises nothing."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    due = _due(session, sight, first, last)
    events = _events(session, sight.contract_id, first, last)
    calendar = rules_in(session, sight.contract_id, rules_of()).calendar
    return [
        [
            Day(
                on,
                on.month == first.month,
                due.get(on, 0),
                tuple(events.get(on, ())),
                calendar.next_working_day(on) != on,
            )
            for on in week
        ]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]


def _due(session: Session, sight: Sight, first: date, last: date) -> dict[date, int]:
    query = (
        select(Obligation.effective_on, func.count())
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Obligation.status == ObligationStatus.OPEN,
            Obligation.effective_on.between(first, last),
            sight.of_applications(),
        )
        .group_by(Obligation.effective_on)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _events(session: Session, contract_id: int, first: date, last: date) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    calls = select(Call.year, Call.opens_on, Call.closes_on).where(Call.contract_id == contract_id)
    for year, opens_on, closes_on in session.execute(calls):
        found.setdefault(opens_on, []).append(_("ouverture de l’appel {year}").format(year=year))
        found.setdefault(closes_on, []).append(_("clôture de l’appel {year}").format(year=year))
    sessions = (
        select(CommitteeSession.held_on)
        .join(Call, Call.id == CommitteeSession.call_id)
        .where(Call.contract_id == contract_id, CommitteeSession.held_on.between(first, last))
    )
    for held_on in session.scalars(sessions):
        found.setdefault(held_on, []).append(_("comité"))
    return found
