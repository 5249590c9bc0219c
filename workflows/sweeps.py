"""The work that a clock starts: what a day changes by itself, the digests it owes, the mail to hand over.

Each takes the instant to act at; running one twice, late or not at all that day
changes nothing that the next run does not put right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import bindparam, select, tuple_

from models import Application
from models.errors import JalonError, Refused, Unavailable
from models.session import reading, transaction
from models.vocabulary import AlertKind, State, Trigger
from notifications.delivery import DeliveryReport, deliver_pending
from notifications.hook_delivery import HookReport, deliver_hooks
from notifications.relay import Relay
from workflows.actors import SYSTEM
from workflows.advance import advance
from workflows.deadlines import civil_date
from workflows.digests import Composed
from workflows.digests import compose_digests as compose_in
from workflows.lateness import START, fallen_late, note_late
from workflows.queries import get_application_by_id
from workflows.rules import Rules, rules_of
from workflows.yearly import Turned, announce, contracts, note_announced, to_announce, turn_year

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
Item = TypeVar("Item")


@dataclass(slots=True)
class Opened(Turned):
    """What the calendar did for the calls of every contract, and how many persons were told."""

    announced: int = 0


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


def open_calls(now: datetime, *, rules: Rules | None = None, url: str | None = None) -> Opened:
    """Warn of, open, announce and close the yearly calls, as each contract's calendar says.

    Raises `Conflict` when somebody opens the same call by hand meanwhile, `Unavailable` when the
    database does not answer.
    """
    opened = Opened()
    for contract_id, _code in contracts(url):
        add_up(opened, turn_year(contract_id, now, rules=rules, url=url))
        for call_id, persons in to_announce(contract_id, now, url=url).items():
            for part in chunks(persons):
                opened.announced += announce(call_id, part, now, url=url)
            note_announced(call_id, now, url=url)
    return opened


def add_up(opened: Opened, turned: Turned) -> None:
    """Count in what one contract's calendar did; raises nothing."""
    for name in ("warned", "opened", "closed", "waiting"):
        getattr(opened, name).extend(getattr(turned, name))
    opened.mails += turned.mails


def watch_deadlines(
    now: datetime, *, rules: Rules | None = None, url: str | None = None
) -> Watched:
    """Ask for the report of every funded action that has ended; note what fell late.

    An application that the rules hold back, or that somebody is changing, is reported with the
    reasons, and tried again next time. Raises `Unavailable` when the database does not answer.
    """
    rules, watched = rules or rules_of(), Watched()
    due = ended(now, url=url)
    while due:
        part = ask_for_reports(due, now, rules=rules, url=url)
        watched.moved += part.moved
        watched.blocked |= part.blocked
        due = ended(now, due[-1], url=url)
    watched.late = note_lateness(now, AlertKind.LATE, rules=rules, url=url)
    watched.escalated = note_lateness(now, AlertKind.ESCALATED, rules=rules, url=url)
    return watched


def ended(now: datetime, after: Ended | None = None, *, url: str | None = None) -> list[Ended]:
    """The next funded actions that have ended, `AT_A_TIME` at most; raises `Unavailable`."""
    day, number = (after.ends_on, after.id) if after else (date.min, 0)
    with reading(url) as session:
        rows = session.execute(ENDED, {"today": civil_date(now), "day": day, "id": number})
        return [Ended(*row) for row in rows]


def note_lateness(
    now: datetime, kind: AlertKind, *, rules: Rules | None = None, url: str | None = None
) -> int:
    """Note every obligation that fell late, or whose ladder ended; raises `Unavailable`."""
    rules, noted, after = rules or rules_of(), 0, START
    while found := fallen_late(now, kind, rules=rules, after=after, limit=AT_A_TIME, url=url):
        noted += note_late(found, now, kind, rules=rules, url=url)
        after = found[-1]
    return noted


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


def compose_digests(
    now: datetime, *, rules: Rules | None = None, url: str | None = None
) -> Composed:
    """Put today's digests in the outbox; raises `Conflict` when another process just did."""
    with transaction(url) as session:
        return compose_in(session, now, rules or rules_of())


def deliver_mail(
    relay: Relay,
    clock: Callable[[], datetime],
    *,
    url: str | None = None,
    worker: str = "jalon",
    stopping: Callable[[], bool] = lambda: False,
) -> DeliveryReport:
    """Hand over the mail that is due; the message in hand is the last one once `stopping()`.

    Raises `Unavailable` when the relay does not answer.
    """
    return deliver_pending(relay, clock=clock, url=url, worker=worker, stopping=stopping)


def deliver_webhooks(
    clock: Callable[[], datetime],
    *,
    private_allowed: bool = False,
    url: str | None = None,
    worker: str = "jalon",
    stopping: Callable[[], bool] = lambda: False,
) -> HookReport:
    """Tell subscribers what happened; the event in hand is the last one once `stopping()`.

    Raises `Unavailable` when the database does not answer.
    """
    return deliver_hooks(
        clock=clock, private_allowed=private_allowed, url=url, worker=worker, stopping=stopping
    )


def chunks(items: Sequence[Item], size: int = AT_A_TIME) -> Iterator[Sequence[Item]]:
    """The items, at most `size` at a time; raises nothing."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
