"""The work that a clock starts: what a day changes by itself, the digests it owes, the mail to hand over.

Each takes the instant to act at; running one twice, late or not at all that day
changes nothing that the next run does not put right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from models.session import transaction
from models.vocabulary import AlertKind
from notifications.delivery import DeliveryReport, deliver_pending
from notifications.hook_delivery import HookReport, deliver_hooks
from notifications.relay import Relay
from workflows.agendas import owe_agendas
from workflows.digests import Composed
from workflows.digests import compose_digests as compose_in
from workflows.endings import Watched, ask_for_reports, ended
from workflows.lateness import fallen_late, note_late
from workflows.pages import pages
from workflows.rules import Rules, rules_of
from workflows.staff_digests import owe_staff_digests
from workflows.yearly import Turned, announce, contracts, note_announced, to_announce, turn_year

AT_A_TIME = 200
Item = TypeVar("Item")


@dataclass(slots=True)
class Opened(Turned):
    """What the calendar did for the calls of every contract, and how many persons were told."""

    announced: int = 0


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
                opened.announced += announce(call_id, part, now, rules=rules, url=url)
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
    for due in pages(lambda after: ended(now, after, url=url)):
        part = ask_for_reports(due, now, rules=rules, url=url)
        watched.moved += part.moved
        watched.blocked |= part.blocked
    watched.late = note_lateness(now, AlertKind.LATE, rules=rules, url=url)
    watched.escalated = note_lateness(now, AlertKind.ESCALATED, rules=rules, url=url)
    return watched


def note_lateness(
    now: datetime, kind: AlertKind, *, rules: Rules | None = None, url: str | None = None
) -> int:
    """Note every obligation that fell late, or whose ladder ended; raises `Unavailable`."""
    rules, noted = rules or rules_of(), 0
    for found in pages(lambda after: fallen_late(now, kind, after, rules=rules, url=url)):
        noted += note_late(found, now, kind, rules=rules, url=url)
    return noted


def compose_digests(
    now: datetime, *, rules: Rules | None = None, url: str | None = None
) -> Composed:
    """Put today's digests in the outbox, and what the team reads; raises `Conflict` when another process just did."""
    with transaction(url) as session:
        composed = compose_in(session, now, rules or rules_of())
        to_team = owe_agendas(session, now, rules or rules_of())
        to_team += owe_staff_digests(session, now, rules or rules_of())
        return replace(composed, to_team=to_team)


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
