"""The book of one round of delivery: which message next, and what became of the last one.

Both are written in one transaction, which the connections that come at the same time share.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from config.mail_policy import Mail
from models.session import transaction
from models.vocabulary import MessageStatus as Status
from models.vocabulary import RelayFault
from notifications import breaker, points
from notifications.breaker import RelayDown, Rest
from notifications.claims import Claim, Result, is_due, take
from notifications.quotas import forget_old
from notifications.settling import give_back, prolong, settle

logger = logging.getLogger(__name__)

SHARING = 0.003  # seconds that a connection waits for others to share its transaction
ENOUGH = 5  # answers in a row that are about us or the relay: it is the relay that has failed


class Done(NamedTuple):
    """A message that is no longer in hand: its result, or the relay that could not be reached."""

    claim: Claim
    result: Result | RelayDown


class _Ask(NamedTuple):
    """A connection that is done with one message and asks for the next."""

    done: Done | None
    next: "asyncio.Future[Claim | None]"


@dataclass(slots=True)
class Ledger:
    """What the connections of one round share. Once `rest` is set no message is given out."""

    relay: str
    clock: Callable[[], datetime]
    worker: str
    url: str | None
    stopping: Callable[[], bool]
    rules: Mail
    left: int | None
    lanes: int = 1  # connections at work
    counts: Counter[str] = field(default_factory=Counter)
    rest: Rest | None = None
    _in_hand: dict[int, Claim] = field(default_factory=dict)
    _asks: list[_Ask] = field(default_factory=list)
    _trouble: int = 0  # in a row
    _failed_before: bool = False

    def anything_due(self) -> bool:
        """Whether there is something to look at, and time for it."""
        if self.stopping():
            return False
        with transaction(self.url) as session:
            forget_old(session, self.clock())
            return is_due(session, self.clock())

    def resting(self) -> Rest | None:
        """How long the relay must be left in peace; None when it may be called now."""
        with transaction(self.url) as session:
            admission = breaker.admit(session, self.relay, self.clock())
        self._failed_before = admission.failed_before
        return admission.rest

    def note_failure(self, down: RelayDown) -> Rest:
        """The relay took nothing from us: it rests, for every process."""
        with transaction(self.url) as session:
            return breaker.failed(session, self.relay, down, self.clock())

    def keep_leases(self) -> None:
        """Prolong what is still in hand."""
        with transaction(self.url) as session:
            for claim in self._in_hand.values():
                prolong(session, claim, worker=self.worker, now=self.clock())

    async def next(self, done: Done | None) -> Claim | None:
        """The next message for a connection that is done with the last; None when it may leave."""
        loop = asyncio.get_running_loop()
        ask = _Ask(done, loop.create_future())
        self._asks.append(ask)
        if len(self._asks) == self.lanes:
            self._turn()
        elif len(self._asks) == 1:
            loop.call_later(SHARING, self._turn)
        return await ask.next

    def _turn(self) -> None:
        asks, self._asks = self._asks, []
        if not asks:
            return
        done = [ask.done for ask in asks if ask.done]
        able = [ask for ask in asks if not (ask.done and isinstance(ask.done.result, RelayDown))]
        try:
            with transaction(self.url) as session:
                now = self.clock()
                self._write(session, done, now)
                claims = self._take(session, len(able), now)
        except Exception as error:  # noqa: BLE001 # raised where the message was asked for
            for ask in asks:
                ask.next.set_exception(error)
            return
        if done:
            points.reached("settled")
        self.lanes -= max(0, len(able) - len(claims))
        for ask in asks:
            ask.next.set_result(claims.pop(0) if ask in able and claims else None)

    def _write(self, session: Session, done: list[Done], now: datetime) -> None:
        """Write down what became of the messages that are no longer in hand."""
        results = [(one.claim, one.result) for one in done if isinstance(one.result, Result)]
        for one in done:
            self._in_hand.pop(one.claim.id, None)
            if isinstance(one.result, RelayDown):
                give_back(session, one.claim, one.result.detail, worker=self.worker)
                self._end_lane(session, one.result, now)
        if not results:
            return
        ends = settle(session, results, worker=self.worker, now=now, rules=self.rules)
        for (claim, result), end in zip(results, ends, strict=True):
            self.counts[end.value] += 1
            self.counts["doubtful"] += claim.doubtful or result.doubtful
            logger.info("message handed over", extra={"key": claim.key, "status": end.value})
            self._watch(session, result, now)

    def _end_lane(self, session: Session, down: RelayDown, now: datetime) -> None:
        """One connection too many is no failure of the relay, as long as another one is at work."""
        self.lanes -= 1
        if self.lanes == 0 or down.fault is not RelayFault.UNREACHABLE:
            self._fail(session, down, now)

    def _watch(self, session: Session, result: Result, now: datetime) -> None:
        """Trouble with one message after the other is trouble with the relay."""
        if result.trouble is None:
            self._trouble = 0
            if self._failed_before and result.status is Status.SENT:
                self._failed_before = not breaker.recovered(session, self.relay)
            return
        self._trouble += 1
        if self._trouble >= ENOUGH:
            self._fail(session, RelayDown(result.trouble, result.outcome), now)

    def _fail(self, session: Session, down: RelayDown, now: datetime) -> None:
        if self.rest is None:
            self.rest = breaker.failed(session, self.relay, down, now)

    def _take(self, session: Session, most: int, now: datetime) -> list[Claim]:
        if self.left is not None:
            most = min(most, self.left)
        if most == 0 or self.rest is not None or self.stopping():
            return []
        taken = take(session, most, worker=self.worker, now=now, rules=self.rules)
        for status, count in taken.ended.items():
            self.counts[status.value] += count
        self._in_hand |= {claim.id: claim for claim in taken.claims}
        if self.left is not None:
            self.left -= len(taken.claims)
        return taken.claims
