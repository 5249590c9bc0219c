"""How the installation is doing, as figures: what is watched from outside, and what `jalon doctor` judges."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from config.schedule_policy import Times
from models import Message, Obligation, RelayHealth, Round
from models.session import reading
from models.vocabulary import MessageStatus
from workflows.deadlines import civil_date
from workflows.rounds import latest
from workflows.rules import rules_of

A_DAY = timedelta(days=1)
MARGIN = timedelta(hours=1)  # a round may last, and a machine be started again
TO_SEND = text("message.status IN ('waiting', 'deferred', 'sending')")  # as the partial indexes say
STUCK = text("message.status IN ('refused', 'held')")
OPEN = text("obligation.status = 'open'")
COUNTED = ("waiting", "deferred", "sending", "refused", "held")


@dataclass(frozen=True, slots=True)
class Pulse:
    """One work: how long ago it last went well, whether it failed since, whether that is too long."""

    age: timedelta | None  # None: it never went well
    trouble: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Vitals:
    """Everything that is watched."""

    oldest_waiting: timedelta  # how long ago the message due first should have left
    messages: dict[str, int] = field(default_factory=dict)  # that have not left, by status
    late_obligations: int = 0
    resting: dict[str, bool] = field(default_factory=dict)  # relays that failed: left in peace now?
    pulses: dict[str, Pulse] = field(default_factory=dict)


def vitals(now: datetime, url: str | None = None) -> Vitals:
    """Read all of it at once; raises `Unavailable` when the database does not answer."""
    with reading(url) as session:
        return Vitals(
            oldest_waiting=_oldest_waiting(session, now),
            messages=_messages(session),
            late_obligations=_late(session, now),
            resting=_resting(session, now),
            pulses=_pulses(latest(session), now),
        )


def silence(times: Times) -> timedelta:
    """How long a work may go without a good round before somebody should look; raises nothing."""
    if times.every_minutes is not None:
        return 3 * timedelta(minutes=times.every_minutes) + MARGIN
    starts = sorted(_since_midnight(moment) for moment in times.at)
    gaps = [later - sooner for sooner, later in pairwise(starts)]
    return max([*gaps, A_DAY - starts[-1] + starts[0]]) + MARGIN


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute)


def _pulses(rounds: dict[str, Round], now: datetime) -> dict[str, Pulse]:
    found = {}
    for name, times in rules_of().policies.schedule.by_name().items():
        last = rounds.get(name)
        age = now - last.succeeded_at if last and last.succeeded_at else None
        overdue = age is not None and age > silence(times)
        found[name] = Pulse(age, last.trouble if last else "", overdue)
    return found


def _oldest_waiting(session: Session, now: datetime) -> timedelta:
    query = select(func.min(Message.due_at)).where(
        TO_SEND, Message.status != MessageStatus.SENDING, Message.due_at <= now
    )
    oldest = session.scalar(query)
    return now - oldest if oldest is not None else timedelta(0)


def _messages(session: Session) -> dict[str, int]:
    counted = dict.fromkeys(COUNTED, 0)
    for condition in (TO_SEND, STUCK):
        query = select(Message.status, func.count()).where(condition).group_by(Message.status)
        counted |= {status.value: many for status, many in session.execute(query)}
    return counted


def _late(session: Session, now: datetime) -> int:
    query = select(func.count()).where(OPEN, Obligation.effective_on < civil_date(now))
    return session.scalar(query.select_from(Obligation)) or 0


def _resting(session: Session, now: datetime) -> dict[str, bool]:
    query = select(RelayHealth.relay, RelayHealth.rests_until).order_by(RelayHealth.relay)
    return {relay: until > now for relay, until in session.execute(query)}
