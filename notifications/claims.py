"""Taking messages out of the outbox: one process alone, under a lease.

This is part of one short transaction of the caller; `settling` writes down what became of them, in
another. Between the two a message is `sending`, and its lease is prolonged while the hand-over
lasts: when a process dies there, the message is taken again once the lease has run out, and is
doubtful from then on.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, Row, exists, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.mail_policy import Mail
from models import Message
from models.errors import BadInput
from models.vocabulary import MessageStatus as Status
from models.vocabulary import RelayFault
from notifications import points
from notifications.claiming import AGAIN, DUE, NEXT, NOTE, PUT_OFF, TAKE
from notifications.formats import PARIS
from notifications.leaving import ADDRESS_FAILS, outlived, void
from notifications.quotas import Full, Meter
from notifications.recomposing import readdress

LEASE = timedelta(minutes=10)  # prolonged long before it runs out


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this process alone may hand over now."""

    id: int
    key: str
    recipient: str
    template: str
    content: bytes
    due_at: datetime
    expires_at: datetime | None
    attempt: int
    doubtful: bool
    started_at: datetime


@dataclass(slots=True)
class Taken:
    """What looking for messages gave: claims, what ended on the way, what the caps left waiting."""

    claims: list[Claim] = field(default_factory=list)
    ended: Counter[Status] = field(default_factory=Counter)
    full: Full | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a hand-over. `doubtful`: it may have left though no answer says so.

    `trouble` says that the answer is about the relay or about us more than about this message.
    `nobody`: there is no such mailbox, whatever the message.
    """

    status: Status
    outcome: str
    doubtful: bool = False
    trouble: RelayFault | None = None
    nobody: bool = False


def is_due(session: Session, now: datetime) -> bool:
    """Whether `take` would find anything to look at."""
    return bool(session.scalar(select(exists(DUE)), {"now": now}))


def take(session: Session, most: int, *, worker: str, now: datetime, rules: Mail) -> Taken:
    """Claim at most `most` messages, the first due first.

    Those that should no longer leave are ended on the way, with their reason; those that a cap of
    their domain stops are put off to the next minute.
    """
    taker = _Taker(session, worker, now, rules, Meter(session, rules.caps, now))
    while (left := most - len(taker.taken.claims)) > 0 and taker.taken.full is None:
        rows = taker.connection.execute(NEXT, {"now": now, "most": left}).all()
        if not rows:
            break
        for row in rows:
            if taker.taken.full is None:
                taker.look_at(row)
        taker.write()
    points.reached("claiming")
    return taker.taken


@dataclass(slots=True)
class _Taker:
    """One transaction that takes messages."""

    session: Session
    worker: str
    now: datetime
    rules: Mail
    meter: Meter
    taken: Taken = field(default_factory=Taken)
    connection: Connection = field(init=False)
    _marks: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = self.session.connection()

    def write(self) -> None:
        """Mark all that was looked at, in one statement."""
        if self._marks:
            self.connection.execute(TAKE, self._marks)
            self._marks = []

    def look_at(self, row: Row[Any]) -> None:
        """Claim this message, end it, or leave it to later."""
        if row.status is Status.SENDING:
            self._note_lost(row)
        row, ended = self._judged(row)
        if ended:
            self.taken.ended[ended[0]] += 1
            self._mark(row, *ended)
        elif full := self.meter.full(_domain(row)):
            self._wait(full)
        else:
            self.meter.spend(_domain(row))
            self._claim(row)

    def _ending(self, row: Row[Any]) -> tuple[Status, str] | None:
        """How a message ends that must not be handed over, and why; None when it must."""
        if late := outlived(row, self.now):
            return Status.EXPIRED, late
        if reason := void(self.session, row):
            return Status.CANCELLED, reason
        if row.failing_since is not None:
            return Status.HELD, ADDRESS_FAILS
        if row.status is Status.SENDING and self.rules.holds(row.template):
            return Status.HELD, _("remise interrompue, le message est peut-être parti : à vérifier")
        return None

    def _judged(self, row: Row[Any]) -> tuple[Row[Any], tuple[Status, str] | None]:
        """The message, at the address that its reader has by now, and how it ends, if it does."""
        ended = self._ending(row)
        if ended is None and row.email not in (None, row.recipient):
            message = self.session.get_one(Message, row.id, populate_existing=True)
            try:
                readdress(self.session, message, self.now)
            except BadInput as error:
                return row, (Status.REFUSED, str(error))
            row = self.connection.execute(AGAIN, {"taken": row.id}).one()
        return row, ended

    def _claim(self, row: Row[Any]) -> None:
        claim = Claim(
            row.id, row.key, row.recipient, row.template, row.content, row.due_at, row.expires_at,
            row.attempts + 1, _in_doubt(row), self.now,
        )  # fmt: skip
        self.taken.claims.append(claim)
        self._marks.append({"taken": row.id, "status": Status.SENDING, "outcome": "",
                            "attempts": claim.attempt, "doubtful": claim.doubtful,
                            "claimed_by": self.worker, "lease_until": self.now + LEASE})  # fmt: skip

    def _mark(self, row: Row[Any], status: Status, reason: str) -> None:
        self._marks.append({"taken": row.id, "status": status, "outcome": reason,
                            "attempts": row.attempts, "doubtful": _in_doubt(row),
                            "claimed_by": None, "lease_until": None})  # fmt: skip

    def _wait(self, full: Full) -> None:
        """Past a cap: the whole round stops, or the messages to that domain are put off together."""
        if not full.domain:
            self.taken.full = full
            return
        text = _("plafond atteint pour {domain} : suite à {time}")
        reason = text.format(domain=full.domain, time=f"{full.until.astimezone(PARIS):%H:%M}")
        self.write()  # those that are taken must not be put off
        self._run(PUT_OFF, now=self.now, until=full.until, domain=f"%@{full.domain}", reason=reason)

    def _note_lost(self, row: Row[Any]) -> None:
        """The attempt of a process that ended without a word."""
        self._run(NOTE, message_id=row.id, number=row.attempts, worker=row.claimed_by or "",
                  started_at=row.lease_until - LEASE, ended_at=None, status=Status.SENDING,
                  answer=_("aucune trace : le processus s’est arrêté"), doubtful=True)  # fmt: skip

    def _run(self, statement: Executable, **values: object) -> None:
        self.connection.execute(statement, values)


def _domain(row: Row[Any]) -> str:
    return str(row.recipient).rpartition("@")[2]


def _in_doubt(row: Row[Any]) -> bool:
    return bool(row.doubtful) or row.status is Status.SENDING
