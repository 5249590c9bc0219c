"""A calendar replayed with a virtual clock: each morning what the clock starts, each day what people do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.relay import Relay
from workflows.rules import Rules, rules_of
from workflows.sweeps import compose_digests, deliver_mail, watch_deadlines

PARIS = ZoneInfo("Europe/Paris")
SWEEP_AT, PEOPLE_AT, EVENING_AT = time(6, 30), time(10), time(18)


@dataclass(frozen=True, slots=True)
class Outage:
    """Days, both included, on which nothing ran."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Whether nothing ran that day; raises nothing."""
        return self.first <= day <= self.last


@dataclass(slots=True)
class Played:
    """What a replay did."""

    days: int = 0
    outage_days: int = 0
    moved: int = 0
    blocked: dict[str, list[str]] = field(default_factory=dict)
    digests: int = 0
    reminders: int = 0
    rungs_not_sent: int = 0
    sent: int = 0


People = Callable[[date, datetime], None]


def replay(
    url: str,
    start: date,
    end: date,
    relay: Relay,
    *,
    people: People | None = None,
    outages: Sequence[Outage] = (),
    rules: Rules | None = None,
    each_day: Callable[[date], None] = lambda _day: None,
) -> Played:
    """Replay the days from `start` to `end` on the database at `url`; `people` plays what they do.

    The mail goes to `relay`. Raises what the engine raises.
    """
    rules, played, day = rules or rules_of(), Played(), start
    while day <= end:
        if any(outage.covers(day) for outage in outages):
            played.outage_days += 1
        else:
            _morning(url, day, relay, rules, played)
            if people is not None:
                people(day, at(day, PEOPLE_AT))
                played.sent += _deliver(url, at(day, EVENING_AT), relay)
        played.days += 1
        each_day(day)
        day += timedelta(days=1)
    return played


def at(day: date, moment: time) -> datetime:
    """That moment in Paris, as an instant; raises nothing."""
    return datetime.combine(day, moment, tzinfo=PARIS).astimezone(UTC)


def _morning(url: str, day: date, relay: Relay, rules: Rules, played: Played) -> None:
    now = at(day, SWEEP_AT)
    watched = watch_deadlines(now, rules=rules, url=url)
    composed = compose_digests(now, rules=rules, url=url)
    played.moved += len(watched.moved)
    played.blocked = watched.blocked
    played.digests += composed.digests
    played.reminders += composed.reminders
    played.rungs_not_sent += composed.rungs_not_sent
    played.sent += _deliver(url, now, relay)


def _deliver(url: str, now: datetime, relay: Relay) -> int:
    return deliver_mail(relay, lambda: now, url=url, worker="simulation").sent
