"""Funded actions that have ended: found some at a time, and their report asked for."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import literal_column, select

from models import Application
from models.errors import JalonError, Refused, Unavailable
from models.session import reading, transaction
from models.vocabulary import State, Trigger
from workflows.actors import SYSTEM
from workflows.advance import advance
from workflows.deadlines import civil_date
from workflows.pages import Place, Row, Rows, page
from workflows.queries import get_application_by_id
from workflows.rules import Rules, rules_of

PLACE = Place.of("application", "ends_on")
FUNDED = (
    select(*PLACE, literal_column("application.reference"))
    .select_from(Application)
    .where(Application.state == State.FUNDED)
)


@dataclass(slots=True)
class Watched:
    """What the day moved by itself, and what it could not move, with the reasons."""

    moved: list[str] = field(default_factory=list)
    blocked: dict[str, list[str]] = field(default_factory=dict)
    late: int = 0  # obligations whose date has gone by since
    escalated: int = 0  # those whose last reminder has gone by too


def ended(now: datetime, after: Row | None = None, *, url: str | None = None) -> Rows:
    """The next funded actions that have ended: day, id, reference; raises `Unavailable`."""
    query = FUNDED.where(Application.ends_on <= civil_date(now))
    with reading(url) as session:
        return page(session, query, PLACE, after)


def ask_for_reports(
    due: Rows,
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
