"""The work that a clock starts: what a day changes by itself, the digests it owes, the mail to hand over.

Each takes the instant to act at; running one twice, late or not at all that day
changes nothing that the next run does not put right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from models import Application
from models.errors import JalonError, Refused, Unavailable
from models.session import reading, transaction
from models.vocabulary import State, Trigger
from notifications.delivery import DeliveryReport, deliver_pending
from notifications.hook_delivery import HookReport, deliver_hooks
from notifications.relay import Relay
from workflows.actors import SYSTEM
from workflows.advance import advance
from workflows.deadlines import civil_date
from workflows.digests import Composed
from workflows.digests import compose_digests as compose_in
from workflows.queries import get_application_by_id
from workflows.rules import Rules, rules_of
from workflows.yearly import Turned, announce, contracts, note_announced, to_announce, turn_year

AT_A_TIME = 200
Item = TypeVar("Item")


@dataclass(slots=True)
class Opened(Turned):
    """What the calendar did for the calls of every contract, and how many persons were told."""

    announced: int = 0


@dataclass(slots=True)
class Watched:
    """What the day moved by itself, and what it could not move, with the reasons."""

    moved: list[str] = field(default_factory=list)
    blocked: dict[str, list[str]] = field(default_factory=dict)


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
    """Ask for the report of every funded action that has ended; one transaction each.

    An application that the rules hold back, or that somebody is changing, is reported with the
    reasons, and tried again next time. Raises `Unavailable` when the database does not answer.
    """
    return ask_for_reports(ended(now, url=url), now, rules=rules, url=url)


def ended(now: datetime, *, url: str | None = None) -> list[tuple[int, str]]:
    """Funded actions that have ended, by id and reference; raises `Unavailable`."""
    with reading(url) as session:
        rows = session.execute(
            select(Application.id, Application.reference)
            .where(Application.state == State.FUNDED, Application.ends_on <= civil_date(now))
            .order_by(Application.id)
        )
        return [(application_id, reference) for application_id, reference in rows]


def ask_for_reports(
    due: Sequence[tuple[int, str]],
    now: datetime,
    *,
    rules: Rules | None = None,
    url: str | None = None,
) -> Watched:
    """Ask for the reports of these, as `watch_deadlines` says; raises `Unavailable`."""
    rules, watched = rules or rules_of(), Watched()
    for application_id, reference in due:
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
