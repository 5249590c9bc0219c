"""The years of a contract's calls: those there are, and those that its calendar plans."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.call_policy import CallCalendar, YearDay
from models import Call, CommitteeSession, Contract
from workflows.deadlines import nominal_date
from workflows.rules import Rules


@dataclass(frozen=True, slots=True)
class Year:
    """The dates of one year's call: its own once it exists, the calendar's before."""

    year: int
    opens_on: date
    closes_on: date
    committee: tuple[date, ...]
    call_id: int | None = None


def calendar_of(contract: Contract, rules: Rules) -> CallCalendar | None:
    """The calendar of a contract; None when its calls are opened by hand only; raises nothing."""
    return rules.policies.calls.by_contract.get(contract.code)


def years(session: Session, contract: Contract, today: date, rules: Rules) -> Iterator[Year]:
    """Every call there is, and those that the calendar has yet to open; raises nothing."""
    calls = session.scalars(
        select(Call).where(Call.contract_id == contract.id).order_by(Call.year)
    ).all()
    for call in calls:
        days = select(CommitteeSession.held_on).where(CommitteeSession.call_id == call.id)
        held = tuple(session.scalars(days.order_by(CommitteeSession.held_on)))
        yield Year(call.year, call.opens_on, call.closes_on, held, call.id)
    known = {call.year for call in calls}
    for planned in later(contract, today.year - 2, rules):
        if planned.year <= today.year + 2 and planned.year not in known:
            yield planned


def later(contract: Contract, year: int, rules: Rules) -> Iterator[Year]:
    """The years after `year` as the calendar plans them, while the contract lasts; raises nothing."""
    calendar = calendar_of(contract, rules)
    if calendar is None:
        return
    for budget_year in range(max(year + 1, contract.starts_on.year), contract.ends_on.year + 1):
        committee = (_day(held, budget_year) for held in calendar.committee)
        yield Year(
            budget_year,
            _day(calendar.opens, budget_year),
            _day(calendar.closes, budget_year),
            tuple(map(rules.calendar.next_working_day, committee)),
        )


def _day(day: YearDay, budget_year: int) -> date:
    found = nominal_date(day.rule, {}, budget_year + day.offset)
    if found is None:
        raise TypeError(f"{day} waits for an event")
    return found
