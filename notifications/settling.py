"""Writing down what became of a claimed message; whoever lost its lease changes nothing."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from config.mail_policy import Mail
from models.vocabulary import MessageStatus as Status
from notifications import points
from notifications.backoff import delay
from notifications.claiming import NOTE, PROLONG, SETTLE
from notifications.claims import LEASE, Claim, Result
from notifications.failing import lock_readers, rest_refused

logger = logging.getLogger(__name__)


def prolong(session: Session, claim: Claim, *, worker: str, now: datetime) -> bool:
    """Keep a message that is still being handed over; False when another process has taken it."""
    mine = {"claimed": claim.id, "worker": worker, "attempt": claim.attempt}
    done = session.connection().execute(PROLONG, mine | {"until": now + LEASE})
    return done.rowcount == 1


def settle(
    session: Session,
    done: Sequence[tuple[Claim, Result]],
    *,
    worker: str,
    now: datetime,
    rules: Mail,
) -> list[Status]:
    """Write down what became of claimed messages and of these attempts; what each is from now on."""
    connection, ends, notes = session.connection(), [], []
    gone: dict[int, str] = {}
    for claim, result in done:
        values = _values(claim, result, now, rules)
        ends.append(Status(values["status"]))
        if _write(connection, claim, worker, values):
            notes.append(_note(claim, result, worker, now, ends[-1]))
            if result.nobody:
                gone[claim.id] = result.outcome
    if gone:
        lock_readers(session, gone)
    for message_id, answer in gone.items():
        rest_refused(session, message_id, answer, now)
    if notes:
        connection.execute(NOTE, notes)
    points.reached("settling")
    return ends


def _values(claim: Claim, result: Result, now: datetime, rules: Mail) -> dict[str, Any]:
    values: dict[str, Any] = {
        "status": result.status, "outcome": result.outcome, "attempts": claim.attempt,
        "doubtful": claim.doubtful or result.doubtful, "sent_at": None, "due_at": claim.due_at,
        "expires_at": claim.expires_at,
    }  # fmt: skip
    if result.status is Status.SENT:
        values["sent_at"] = now
    elif result.doubtful and rules.holds(claim.template):
        values["status"] = Status.HELD
    elif result.status is Status.DEFERRED:
        values["expires_at"] = _worth_trying_until(claim, rules)
        values["due_at"] = now + delay(claim.attempt, claim.key, rules.retry)
    return values


def give_back(session: Session, claim: Claim, outcome: str, *, worker: str) -> None:
    """The relay was not reached: the message waits on, as due as before, the attempt not counted."""
    _write(session.connection(), claim, worker, {
        "status": Status.DEFERRED, "outcome": outcome, "attempts": claim.attempt - 1,
        "doubtful": claim.doubtful, "sent_at": None, "due_at": claim.due_at,
        "expires_at": claim.expires_at,
    })  # fmt: skip


def _worth_trying_until(claim: Claim, rules: Mail) -> datetime:
    """When to give up: set once, at the first attempt, and never later than the message's own end."""
    given_up = claim.started_at + rules.retry.give_up
    if claim.expires_at is None:
        return given_up
    return min(claim.expires_at, given_up) if claim.attempt == 1 else claim.expires_at


def _note(
    claim: Claim, result: Result, worker: str, now: datetime, status: Status
) -> dict[str, object]:
    return {
        "message_id": claim.id, "number": claim.attempt, "worker": worker,
        "started_at": claim.started_at, "ended_at": now, "status": status,
        "answer": result.outcome, "doubtful": result.doubtful,
    }  # fmt: skip


def _write(connection: Connection, claim: Claim, worker: str, values: dict[str, Any]) -> bool:
    mine = {"claimed": claim.id, "worker": worker, "attempt": claim.attempt}
    if connection.execute(SETTLE, mine | values).rowcount == 1:
        return True
    logger.warning("the lease ran out during the hand-over", extra={"key": claim.key})
    return False
