"""Funded actions that have ended: found some at a time, and their report asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, tuple_

from models import Application
from models.errors import JalonError, Refused, Unavailable
from models.session import reading, transaction
from models.vocabulary import State, Trigger
from workflows.actors import SYSTEM
from workflows.advance import advance
from workflows.deadlines import civil_date
from workflows.queries import get_application_by_id
from workflows.rules import Rules, rules_of

AT_A_TIME = 200
ENDED = (
    select(Application.ends_on, Application.id, Application.reference)
    .where(
        Application.state == State.FUNDED,
        Application.ends_on <= bindparam("today"),
        tuple_(Application.ends_on, Application.id) > tuple_(bindparam("day"), bindparam("id")),
    )
    .order_by(Application.ends_on, Application.id)
    .limit(AT_A_TIME)
)


class Ended(NamedTuple):
    """A funded action that has ended."""

    ends_on: date
    id: int
    reference: str


@dataclass(slots=True)
class Watched:
    """What the day moved by itself, and what it could not move, with the reasons."""

    moved: list[str] = field(default_factory=list)
    blocked: dict[str, list[str]] = field(default_factory=dict)
    late: int = 0  # obligations whose date has gone by since
    escalated: int = 0  # those whose last reminder has gone by too


def ended(now: datetime, after: Ended | None = None, *, url: str | None = None) -> list[Ended]:
    """The next funded actions that have ended, `AT_A_TIME` at most; raises `Unavailable`."""
    day, number = (after.ends_on, after.id) if after else (date.min, 0)
    with reading(url) as session:
        rows = session.execute(ENDED, {"today": civil_date(now), "day": day, "id": number})
        return [Ended(*row) for row in rows]


def ask_for_reports(
    due: Sequence[Ended],
    now: datetime,
    *,
    rules: Rules | None = None,
    url: str | None = None,
) -> Watched:
    """Ask for the reports of these, as `watch_deadlines` says; raises `Unavailable`."""
    rules, watched = rules or rules_of(), Watched()
    for _day, application_id, reference in due:
        try:
            moved = _start_reporting(application_id, now, rules, url)
        except Unavailable:
            raise
        except JalonError as error:  # this one waits; the others are not made to
            reasons = error.reasons if isinstance(error, Refused) else [error]
            watched.blocked[reference] = [str(reason) for reason in reasons]
        else:
            watched.moved += [reference] if moved else []
    return watched


def _start_reporting(application_id: int, now: datetime, rules: Rules, url: str | None) -> bool:
    """Whether it was this call that moved it: somebody may have done so meanwhile."""
    with transaction(url) as session:
        application = get_application_by_id(session, application_id)
        if application.state is not State.FUNDED:
            return False
        advance(session, application, Trigger.START_REPORTING, SYSTEM, now, rules=rules)
    return True
