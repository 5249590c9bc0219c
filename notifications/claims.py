"""Taking one message at a time out of the outbox, and writing down what became of it.

Each step is one short transaction of the caller. Between the two the message is `sending`, under a
lease: when a process dies there, the message is taken again after the lease, marked as doubtful.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Message, Obligation, Person
from models.vocabulary import MessageStatus, ObligationStatus, State
from notifications.catalogue import BY_KEY

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=45)  # longer than every wait of one hand-over together
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=6)
TO_SEND = text("message.status IN ('waiting', 'deferred', 'sending')")  # as the partial index says


_due = Message.status.in_((MessageStatus.WAITING, MessageStatus.DEFERRED))
_abandoned = and_(Message.status == MessageStatus.SENDING, Message.lease_until < bindparam("now"))
# The message due first, or abandoned by whoever took it, with what may make it void. Statements
# are built once: building them costs more than running them.
NEXT = (
    select(
        Message.id,
        Message.key,
        Message.recipient,
        Message.template,
        Message.content,
        Message.facts,
        Message.status,
        Message.attempts,
        Message.doubtful,
        Message.due_at,
        Person.active,
        Application.state,
    )
    .outerjoin(Person, Person.id == Message.person_id)
    .outerjoin(Application, Application.id == Message.application_id)
    .where(TO_SEND, or_(and_(_due, Message.due_at <= bindparam("now")), _abandoned))
    .order_by(Message.due_at, Message.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=Message)
)
TAKE = (
    update(Message)
    .where(Message.id == bindparam("taken"))
    .values(
        status=bindparam("status"),
        outcome=bindparam("outcome"),
        attempts=bindparam("attempts"),
        doubtful=bindparam("doubtful"),
        claimed_by=bindparam("claimed_by"),
        lease_until=bindparam("lease_until"),
    )
)
SETTLE = (
    update(Message)
    .where(
        Message.id == bindparam("claimed"),
        Message.status == MessageStatus.SENDING,
        Message.claimed_by == bindparam("worker"),
        Message.attempts == bindparam("attempt"),
    )
    .values(
        status=bindparam("status"),
        outcome=bindparam("outcome"),
        attempts=bindparam("attempts"),
        doubtful=bindparam("doubtful"),
        sent_at=bindparam("sent_at"),
        due_at=bindparam("due_at"),
        lease_until=None,
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this process alone may hand over now."""

    id: int
    key: str
    recipient: str
    content: bytes
    due_at: datetime
    attempt: int
    doubtful: bool


class Taken(NamedTuple):
    """What looking for the next message gave: a claim or nothing, and how many were void."""

    claim: Claim | None
    cancelled: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a hand-over. `doubtful`: it may have left though no answer says so."""

    status: MessageStatus
    outcome: str
    doubtful: bool = False


def take_next(session: Session, *, worker: str, now: datetime) -> Taken:
    """Claim the message due first; those that should no longer leave are cancelled on the way."""
    cancelled = 0
    while (row := session.connection().execute(NEXT, {"now": now}).first()) is not None:
        reason = still_wanted(session, row)
        values = {
            "taken": row.id,
            "status": MessageStatus.CANCELLED if reason else MessageStatus.SENDING,
            "outcome": reason or "",
            "attempts": row.attempts if reason else row.attempts + 1,
            "doubtful": row.doubtful or row.status is MessageStatus.SENDING,
            "claimed_by": None if reason else worker,
            "lease_until": None if reason else now + LEASE,
        }
        session.connection().execute(TAKE, values)
        if reason is None:
            content = (row.id, row.key, row.recipient, row.content, row.due_at)
            return Taken(Claim(*content, values["attempts"], values["doubtful"]), cancelled)
        cancelled += 1
    return Taken(None, cancelled)


def settle(session: Session, claim: Claim, result: Result, *, worker: str, now: datetime) -> None:
    """Write down what became of a claimed message."""
    deferred = result.status is MessageStatus.DEFERRED
    _write(session, claim, worker, {
        "status": result.status,
        "outcome": result.outcome,
        "attempts": claim.attempt,
        "doubtful": claim.doubtful or result.doubtful,
        "sent_at": now if result.status is MessageStatus.SENT else None,
        "due_at": now + delay(claim.attempt) if deferred else claim.due_at,
    })  # fmt: skip


def give_back(session: Session, claim: Claim, outcome: str, *, worker: str) -> None:
    """The relay was not reached: the message waits on, as due as before, the attempt not counted."""
    _write(session, claim, worker, {
        "status": MessageStatus.DEFERRED,
        "outcome": outcome,
        "attempts": claim.attempt - 1,
        "doubtful": claim.doubtful,
        "sent_at": None,
        "due_at": claim.due_at,
    })  # fmt: skip


def delay(attempt: int) -> timedelta:
    """How long to wait after that many attempts: 5 minutes, twice as long each time, 6 hours at most."""
    return min(FIRST_DELAY * (1 << min(attempt - 1, 10)), LONGEST_DELAY)


def still_wanted(session: Session, message: Row[Any]) -> str | None:
    """Why a message must not leave any more; None when it should. `message` is a row of `NEXT`."""
    if message.active is False:
        return _("destinataire désactivé")
    entry = BY_KEY.get(message.template)
    if entry and entry.lapses and message.state is State.CLOSED:
        return _("dossier clos entre-temps")
    owed = message.facts.get("obligations")
    return _("plus rien n’est attendu") if owed and not _any_live(session, owed) else None


def _any_live(session: Session, ids: list[int]) -> bool:
    live = (ObligationStatus.OPEN, ObligationStatus.PAUSED)
    query = select(func.count()).where(Obligation.id.in_(ids), Obligation.status.in_(live))
    return bool(session.scalar(query))


def _write(session: Session, claim: Claim, worker: str, values: dict[str, Any]) -> None:
    mine = {"claimed": claim.id, "worker": worker, "attempt": claim.attempt}
    if session.connection().execute(SETTLE, mine | values).rowcount == 0:
        logger.warning("the lease ran out during the hand-over", extra={"key": claim.key})
