"""Processes that wait, warm, for what to do: each task is done in a fork, which may be killed.

A task is a line of JSON; the fork waits for a word before it begins, so that whoever gave the task
can first say at which moment it is to die.
"""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from models.session import engine_for, transaction
from notifications import outbox, points, samples
from notifications.delivery import deliver_pending
from notifications.relay import Relay
from tests.notifications.postbox import RULES, addressee


class Warm:
    """A process with everything loaded, that forks for each task.

    It does one task itself, so that forks find templates and statements already compiled.
    """

    def rehearse(self, **task: Any) -> None:
        """The task that is done first, and not in a fork; its database is left without connection."""
        self._say(json.dumps(task))
        assert self._hear() == "rehearsed"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.processes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def prepare(self, **task: Any) -> int:
        """Fork for that task, which does not begin yet; the number of its process."""
        self._say(json.dumps(task))
        return int(self._hear())

    def go(self) -> str:
        """Let it begin; how it ended: « done », « killed », or what went wrong."""
        self._say("go")
        return self._hear()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def hand_over(*, url: str, port: int, key: str, now: str, point: str) -> None:
    """Owe the mail of that key and hand it over, as an installation does; die at the point."""

    def reached(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    points.reached = reached
    moment = datetime.fromisoformat(now)
    with transaction(url) as session:
        person, contract_id = addressee(session)
        outbox.owe(
            session,
            key=key,
            template="award",
            context=samples.AWARD,
            person=person,
            contract_id=contract_id,
            now=moment,
        )
    reached("kept")
    relay = Relay("127.0.0.1", port, tls="none", connect_wait=20, command_wait=20, data_wait=20)
    deliver_pending(relay, clock=lambda: moment, worker=f"p{os.getpid()}", url=url, rules=RULES)


def main() -> None:
    """Fork for each line, until there is no more."""
    rehearsal = json.loads(sys.stdin.readline())
    hand_over(**rehearsal)
    engine_for(rehearsal["url"]).dispose()
    print("rehearsed", flush=True)  # this is how it answers
    for line in sys.stdin:
        task, (gate, opener) = json.loads(line), os.pipe()
        if (pid := os.fork()) == 0:
            os.close(opener)
            if not os.read(gate, 1):
                os._exit(3)
            _do(task)
        os.close(gate)
        print(pid, flush=True)
        sys.stdin.readline()
        os.write(opener, b"!")
        os.close(opener)
        _pid, status = os.waitpid(pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else "done" if status == 0 else f"failed {status}", flush=True)


def _do(task: dict[str, Any]) -> None:
    try:
        hand_over(**task)
    except BaseException as error:  # noqa: BLE001 # told to whoever waits for it, then the end
        print(f"{task}: {error!r}", file=sys.stderr)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
