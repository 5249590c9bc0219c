"""A month of deadlines: how many things are due each day, the committee days, the calls that open and close."""

from calendar import Calendar, monthrange
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Call, CommitteeSession
from workflows.accounts.sight import Sight
from workflows.closed_days import rules_in
from workflows.due_days import Due, due_each_day
from workflows.rules import rules_of


class Day(NamedTuple):
    """One day of the month as shown: what happens, how much is due, whether offices are closed."""

    on: date
    inside: bool
    due: Due
    events: tuple[str, ...]
    closed: bool


def month_of(session: Session, sight: Sight, first: date) -> list[list[Day]]:
    """The weeks of the month that begins on `first`; raises nothing."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    days = [first + timedelta(days=n) for n in range(last.day)]
    due = {one.on: one for one in due_each_day(session, sight, days)}
    events = _events(session, sight.contract_id, first, last)
    calendar = rules_in(session, sight.contract_id, rules_of()).calendar
    return [
        [
            Day(
                on,
                on.month == first.month,
                due.get(on) or Due(on),
                tuple(events.get(on, ())),
                calendar.next_working_day(on) != on,
            )
            for on in week
        ]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]


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
