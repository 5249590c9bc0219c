"""The trials themselves, long or short: each returns what it found wrong, and figures to show."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select, text

from models import Message, ObligationAlert, ReminderStep
from models.errors import JalonError, Unavailable
from models.schema import refuse_unless_current
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus
from notifications.catcher import Catcher
from tests.chaos.cluster import Cluster
from tests.chaos.moving import faults, move, moves_of, prepare
from tests.rules.code import ROOT
from tests.workflows.season import READY, open_season
from workflows.queries import get_application
from workflows.simulation import at
from workflows.sweeps import compose_digests, deliver_mail, watch_deadlines

MOVERS = 2


def restarted(cluster: Cluster, moves: int, every: float, seed: int = 1) -> tuple[list[str], str]:
    """PostgreSQL crashes every few seconds, and movers are killed, until all the moves are made."""
    references = prepare(cluster.url, applications := 20)
    target, dice, crashes, kills = moves // applications, random.Random(seed), 0, 0  # noqa: S311
    seen: Counter[str] = Counter()
    pause = threading.Event()
    movers = [_mover(cluster.url, target, references) for _number in range(MOVERS)]
    while any(mover.poll() is None for mover in movers):
        pause.wait(every * dice.uniform(0.5, 1.5))
        cluster.crash()
        crashes += 1
        seen[_state_shown(cluster.url)] += 1
        cluster.start()
        seen[_state_shown(cluster.url)] += 1
        if crashes % 3 == 0 and movers[0].poll() is None:  # the other one goes on
            movers[0].send_signal(signal.SIGKILL)
            movers[0].wait()
            kills += 1
            movers[0] = _mover(cluster.url, target, references)
    wrong = [f"a mover ended with {m.returncode}" for m in movers if m.returncode]
    wrong += faults(cluster.url, references, target)
    wrong += [] if crashes and seen["away"] == crashes else [f"{crashes} crashes, shown: {seen}"]
    return wrong, f"{moves} moves, {crashes} crashes, {kills} movers killed, shown {dict(seen)}"


def _mover(url: str, target: int, references: list[str]) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.chaos.moving", url, str(target), *references]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)


def _state_shown(url: str) -> str:
    """What the probe of readiness would answer."""
    try:
        refuse_unless_current(url)
        with reading(url) as session:
            session.execute(text("SELECT 1"))
    except JalonError:
        return "away"
    return "ready"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path | None]:
    """A file system of that size in `folder`, or None where one may not be made."""
    folder.mkdir(parents=True, exist_ok=True)
    made = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(made, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def full_disk(folder: Path) -> tuple[list[str], str]:
    """Moves go on until the disk is full; nothing is half done, and they go on once there is room."""
    url = f"sqlite:///{folder / 'jalon.sqlite3'}"
    references = prepare(url, 4)
    target, refused = 400, ""
    while not refused:
        ballast = folder / "ballast"
        try:
            with ballast.open("ab") as opened:
                opened.write(bytes(100_000))
        except OSError:
            pass
        try:
            for reference in references:
                move(url, reference, target)
        except Unavailable as error:
            refused = str(error)
    done = faults(url, references, -1)  # counts differ, of course; the chain must hold
    wrong = [fault for fault in done if "moves" not in fault]
    ballast.unlink()
    with reading(url) as session:
        made = [moves_of(session, get_application(session, one)) for one in references]
    target = max(made) + 4
    for reference in references:
        while move(url, reference, target):
            pass
    with reading(url) as session:
        whole = session.scalar(text("PRAGMA integrity_check"))
    wrong += faults(url, references, target) + ([] if whole == "ok" else [str(whole)])
    engine_for(url).dispose()
    return wrong, f"{sum(made)} moves before it was full, told: {refused}"


def jumping_clock(folder: Path, jumps: int, seed: int = 1) -> tuple[list[str], str]:
    """The clock goes on, back and far ahead; each mail, rung and alert is there once all the same."""
    url, dice = open_season(folder), random.Random(seed)  # noqa: S311
    day = READY
    with Catcher(folder / "mail") as catcher:
        for _jump in range(jumps):
            now = at(day, time(dice.randrange(24), dice.randrange(60)))
            _round(url, now, catcher)
            day += timedelta(days=dice.choice((0, 1, 1, 2, -1, -3, 30, -20)))
        _round(url, at(READY + timedelta(days=400), time(7)), catcher)
        received = catcher.count
    with reading(url) as session:
        rungs = Counter(
            (s.obligation_id, s.for_date, s.rung) for s in session.scalars(select(ReminderStep))
        )
        alerts = Counter(
            (a.obligation_id, a.for_date, a.kind) for a in session.scalars(select(ObligationAlert))
        )
        statuses = Counter(session.scalars(select(Message.status)))
    engine_for(url).dispose()
    wrong = [f"twice: {key}" for key, many in (rungs + alerts).items() if many > 1]
    if statuses[MessageStatus.SENT] != received:
        wrong.append(f"{statuses[MessageStatus.SENT]} sent, {received} received")
    if not rungs or not alerts:
        wrong.append("nothing was done at all")
    return wrong, f"{jumps} jumps, {received} mails, {len(rungs)} rungs, {len(alerts)} alerts"


def _round(url: str, now: datetime, catcher: Catcher) -> None:
    watch_deadlines(now, url=url)
    compose_digests(now, url=url)
    with suppress(Unavailable):
        deliver_mail(catcher.relay, lambda: now, url=url)


def killed(url: str, moves: int, kills: int, seed: int = 1) -> tuple[list[str], str]:
    """Two movers on one database are killed again and again; every move is made once."""
    references = prepare(url, applications := 10)
    target, dice, pause = moves // applications, random.Random(seed), threading.Event()  # noqa: S311
    movers = [_mover(url, target, references) for _number in range(MOVERS)]
    for _kill in range(kills):
        pause.wait(dice.uniform(1.5, 3))
        place = dice.randrange(MOVERS)
        movers[place].send_signal(dice.choice((signal.SIGKILL, signal.SIGTERM)))
        movers[place].wait()
        movers[place] = _mover(url, target, references)
    codes = [mover.wait() for mover in movers]
    with transaction(url):  # the lock of a dead process holds nobody back
        pass
    return faults(url, references, target) + [f"code {c}" for c in codes if c], f"{kills} kills"
