"""Four schedulers and three delivery processes at work on one database, round after round.

Each round is a day on which reminders fall due. All seven are told to begin at the same moment; once
they have ended, each key has one mail, and the relay got each mail once.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, update
from sqlalchemy import select as query_of

from models import Message, Obligation
from models.errors import Conflict
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus as Status
from models.vocabulary import ObligationStatus
from notifications.delivery import deliver_pending
from notifications.relay import Relay
from tests.faults.deadly import Deadly
from tests.workflows.season import READY
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import compose_digests

SCHEDULERS, DELIVERERS, CONFLICT = 4, 3, 2
BETWEEN = timedelta(days=30)  # rounds; nobody is still in the grace of the last contact


@dataclass
class Crowd:
    """Rounds on one database; `faults` says in words what was not as it must be."""

    url: str
    server: Deadly
    rounds: int = 0
    mails: int = 0
    conflicts: int = 0
    faults: list[str] = field(default_factory=list)

    def play(self, rounds: int) -> None:
        """So many rounds; before the first, what the season has left in the outbox leaves."""
        with _barracks(self.url, self.server.relay.port, READY) as barracks:
            self.server.taken.clear()
            for _round in range(rounds):
                self._once(barracks)

    def _once(self, barracks: "subprocess.Popen[str]") -> None:
        today = READY + self.rounds * BETWEEN
        self.rounds += 1
        fall_due(self.url, today + timedelta(days=7))
        ends = _ask(barracks, today)
        self.conflicts += ends.count(CONFLICT)
        self.faults += [f"{today}: a process failed" for end in ends if end not in (0, CONFLICT)]
        if len(ends) != SCHEDULERS + DELIVERERS:
            self.faults.append(f"{today}: {len(ends)} processes")
        _deliver(self.url, self.server.relay.port, today)
        self._look(today)

    def _look(self, today: date) -> None:
        with reading(self.url) as session:
            like = Message.key.like(f"digest:{today}:%")
            query = query_of(Message.key, Message.message_id, Message.status, Message.doubtful)
            messages = session.execute(query.where(like)).all()
        got = self.server.taken
        if not messages:
            self.faults.append(f"{today}: no mail at all")
        for message in messages:
            times = got.pop(message.message_id, 0)
            if (message.status, message.doubtful, times) != (Status.SENT, False, 1):
                self.faults.append(f"{message.key}: {message.status}, {times} times")
        if got:
            self.faults.append(f"{today}: mails of no key of this day: {dict(got)}")
        self.mails += len(messages)
        got.clear()


def fall_due(url: str, due: date) -> None:
    """Every open obligation is due that day, and reminded of a week before."""
    with transaction(url) as session:
        still_open = Obligation.status == ObligationStatus.OPEN
        values = {"effective_on": due, "nominal_on": due}
        session.execute(update(Obligation).where(still_open).values(values))


def count_waiting(url: str) -> int:
    """How many mails have not left."""
    with reading(url) as session:
        waits = Message.status.in_((Status.WAITING, Status.DEFERRED, Status.SENDING))
        return session.scalar(query_of(func.count()).where(waits)) or 0


@contextmanager
def _barracks(url: str, port: int, first: date) -> Iterator["subprocess.Popen[str]"]:
    """A process with everything loaded, that forks into seven for each day it is told."""
    command = [sys.executable, "-m", "tests.faults.crowd", url, str(port)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        _ask(process, first)  # it rehearses, and lets leave what the season left
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _ask(process: "subprocess.Popen[str]", today: date) -> list[int]:
    """One round on that day; how each process ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{today}\n")
    process.stdin.flush()
    ends: list[int] = json.loads(process.stdout.readline())
    return ends


def _deliver(url: str, port: int, today: date) -> None:
    relay = Relay("127.0.0.1", port, tls="none", connections=2)
    moment = at(today, SWEEP_AT)
    deliver_pending(relay, clock=lambda: moment, worker=f"p{os.getpid()}", url=url)


def _compose(url: str, today: date) -> None:
    compose_digests(at(today, SWEEP_AT), url=url)


def _deliver_until(composed: int, url: str, port: int, today: date) -> None:
    """Deliver without a pause while the others compose, and once more when they have ended."""
    while not select.select([composed], [], [], 0)[0]:
        _deliver(url, port, today)
    _deliver(url, port, today)


def _fork(gate: int, closing: tuple[int, ...], work: Callable[[], None]) -> int:
    """A process that begins when the gate opens; its number."""
    if pid := os.fork():
        return pid
    for opener in closing:
        os.close(opener)
    os.read(gate, 1)  # ends for all of them at the same moment
    try:
        work()
    except Conflict:  # another process has just written the same
        os._exit(CONFLICT)
    except BaseException as error:  # noqa: BLE001 # told, then the end
        print(f"process {os.getpid()}: {error!r}", file=sys.stderr)
        os._exit(1)
    os._exit(0)


def _round(url: str, port: int, today: date) -> list[int]:
    """Seven processes that begin at once; how each ended."""
    (gate, opener), (composed, composing) = os.pipe(), os.pipe()
    compose, deliver = (
        partial(_compose, url, today),
        partial(_deliver_until, composed, url, port, today),
    )
    forks = [_fork(gate, (opener,), compose) for _number in range(SCHEDULERS)]
    forks += [_fork(gate, (opener, composing), deliver) for _number in range(DELIVERERS)]
    os.close(composing)  # the schedulers alone hold it: it ends with the last of them
    os.close(opener)
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in forks]
    os.close(gate)
    os.close(composed)
    return ends


def main(url: str, port: int) -> None:
    """A round for each day, until there is no more; the first is a rehearsal without forks."""
    _deliver(url, port, date.fromisoformat(sys.stdin.readline().strip()))
    engine_for(url).dispose()
    print("[]", flush=True)  # this is how it answers
    for line in sys.stdin:
        ends = _round(url, port, date.fromisoformat(line.strip()))
        print(json.dumps(ends), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
