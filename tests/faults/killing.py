"""One kill: a process dies at a point, another makes good; what must be found afterwards."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select

from models import Message
from models.session import reading
from models.vocabulary import MessageStatus as Status
from notifications.claims import LEASE
from tests.faults.deadly import Deadly
from tests.faults.processes import Warm
from tests.notifications.postbox import NOW

AFTER = LEASE + timedelta(seconds=1)
# In the order in which they are met. Those in capitals are stages of the server, which does the
# killing before it answers.
BEFORE_THE_CLAIM = ("composing", "composed", "kept", "CONNECT", "EHLO", "connected", "claiming")
IN_HAND = ("claimed", "MAIL", "RCPT", "DATA", "BODY")
AFTER_THE_ANSWER = ("answered", "settling")
WRITTEN_DOWN = ("settled",)
POINTS = (*BEFORE_THE_CLAIM, *IN_HAND, *AFTER_THE_ANSWER, *WRITTEN_DOWN)


@dataclass
class Killing:
    """Kills on one database, counted; `faults` says in words what was not as it must be."""

    url: str
    warm: Warm
    server: Deadly
    kills: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    faults: list[str] = field(default_factory=list)
    numbers: count = field(default_factory=count)  # type: ignore[type-arg] # of messages

    def __post_init__(self) -> None:
        task = {"url": self.url, "port": self.server.relay.port, "key": "award:first:1"}
        self.warm.rehearse(**task, now=NOW.isoformat(), point="")
        self.server.taken.clear()

    def once(self, point: str) -> None:
        """Kill at that point, make good, look."""
        number = next(self.numbers)
        key, now = f"award:{number}:1", NOW + number * timedelta(hours=1)
        end = self._run(key, now, point)
        if end != "killed":
            self.faults.append(f"{point}: the process was not killed but {end}")
        self.kills[point] += 1
        later = now + AFTER
        for _again in range(2):  # the second finds nothing left to do
            end = self._run(key, later, "")
            if end != "done":
                self.faults.append(f"{point}: making good ended as {end}")
        self._look(key, point)

    def _run(self, key: str, now: datetime, point: str) -> str:
        task = {"url": self.url, "port": self.server.relay.port, "key": key}
        self.server.victim = self.warm.prepare(**task, now=now.isoformat(), point=point)
        self.server.stage = point if point.isupper() else ""
        return self.warm.go()

    def _look(self, key: str, point: str) -> None:
        with reading(self.url) as session:
            query = select(Message.status, Message.doubtful, Message.message_id, Message.content)
            status, doubtful, identity, content = session.execute(
                query.where(Message.key == key)
            ).one()
        got = self.server.taken.pop(identity, 0)
        self.lost += got == 0
        self.doubled[point] += got > 1
        self.flagged[point] += doubtful
        expected = (Status.SENT, point in (*IN_HAND, *AFTER_THE_ANSWER),
                    2 if point in AFTER_THE_ANSWER else 1, {content})  # fmt: skip
        found = (status, doubtful, got, self.server.bodies.pop(identity, set()))
        if found != expected:
            self.faults.append(f"{point}, {key}: {found[:3]} instead of {expected[:3]}")
        if self.server.taken:
            self.faults.append(f"{point}: unknown mails {self.server.taken}")
