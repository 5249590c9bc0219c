"""What has a rung reached, and which rungs were taken: read without anything else of what is owed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Date, bindparam, select, text, tuple_
from sqlalchemy.orm import Session

from config.reminder_policy import Rung
from models import Application, Call, Obligation, ReminderStep
from workflows.ladder import next_rung
from workflows.rules import Rules

OPEN = text("obligation.status = 'open'")  # as the partial index says: a closed past costs nothing

Taken = dict[tuple[int, date], set[int]]  # offsets dealt with, by obligation and effective date

# These run every day, on most days to find nothing: built once, they cost half as much.
TAKEN = (
    select(ReminderStep.obligation_id, ReminderStep.for_date, ReminderStep.rung)
    .join(Obligation, Obligation.id == ReminderStep.obligation_id)
    .where(OPEN)
)
NEAR = (
    select(Obligation.id, Obligation.duty, Obligation.effective_on, Obligation.opened_on)
    .where(OPEN, Obligation.effective_on <= bindparam("latest"))
    .order_by(Obligation.effective_on, Obligation.id)
)
A_READ = 5000  # obligations looked at in one question
PLACE = tuple_(Obligation.effective_on, Obligation.id)
AFTER = tuple_(bindparam("due", type_=Date), bindparam("key", type_=BigInteger)) < PLACE
UP_TO = tuple_(bindparam("last_due", type_=Date), bindparam("last_key", type_=BigInteger)) >= PLACE
OF_CONTRACT = Obligation.application_id.in_(
    select(Application.id)
    .join(Call, Call.id == Application.call_id)
    .where(Call.contract_id == bindparam("contract"), Application.id == Obligation.application_id)
    .correlate(Obligation)
)
SOME_NEAR = NEAR.where(OF_CONTRACT, AFTER).limit(bindparam("most"))
THEIR_TAKEN = TAKEN.where(OF_CONTRACT, AFTER, UP_TO)


class Reached(NamedTuple):
    """An obligation with a rung reached: the first day it may leave, then its place on that day."""

    first: date
    due: date
    key: int


def reached(session: Session, until: date, rules: Rules, taken: Taken) -> list[int]:
    """The obligations of any contract with a rung reached by then, nearest first; raises nothing."""
    rows = session.execute(NEAR, {"latest": _latest(until, rules)})
    return [one.key for one in _reached(rows, until, rules, taken)]


def reached_in(
    session: Session, contract_id: int, today: date, until: date, rules: Rules, taken: Taken
) -> Iterator[Reached]:
    """What calls for a reminder in one contract from `today` to `until`, in order, some read at a time.

    What is due today comes before the end is read. `taken` is filled with the rungs taken of what
    was read. Raises nothing.
    """
    here: dict[str, Any] = {"contract": contract_id, "latest": _latest(until, rules)}
    here |= {"due": date.min, "key": 0, "most": A_READ}
    later: list[Reached] = []
    while rows := session.execute(SOME_NEAR, here).all():
        last_key, _duty, last_due, _opened_on = rows[-1]
        here |= {"last_due": last_due, "last_key": last_key}
        _note(session.execute(THEIR_TAKEN, here), taken)
        for one in _reached(rows, until, rules, taken):
            if one.first <= today:
                yield one._replace(first=today)
            else:
                later.append(one)
        if len(rows) < A_READ:
            break
        here |= {"due": last_due, "key": last_key}
    yield from sorted(later)


def taken_rungs(session: Session) -> Taken:
    """The offsets dealt with, of every open obligation; raises nothing."""
    taken: Taken = defaultdict(set)
    _note(session.execute(TAKEN), taken)
    return taken


def _note(rows: Iterable[Any], taken: Taken) -> None:
    for obligation_id, for_date, rung in rows:
        taken[obligation_id, for_date].add(rung)


def _latest(until: date, rules: Rules) -> date:
    """The latest date of what may call for a reminder by then."""
    ladders = rules.policies.reminders
    lead = max(-rung.offset for rung in (*ladders.default, *_all(ladders.by_kind.values())))
    return until + timedelta(days=max(lead, 0))


def _reached(rows: Iterable[Any], until: date, rules: Rules, taken: Taken) -> Iterator[Reached]:
    ladders = rules.policies.reminders
    for key, duty, due, opened_on in rows:
        coming = next_rung(ladders.rungs_for(duty), due, opened_on, taken[key, due])
        if coming and coming[1] <= until:
            yield Reached(coming[1], due, key)


def _all(ladders: Iterable[tuple[Rung, ...]]) -> Iterator[Rung]:
    for ladder in ladders:
        yield from ladder
