"""One database swept in a process of its own: what its finding costs against SQL by hand, and in memory."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from sqlalchemy.engine import make_url

from bench.import_memory import peak_mb
from bench.sweep_data import NOW, TODAY

ROUNDS = 7
ENDED = (
    "SELECT ends_on, id, reference FROM application"
    " WHERE state = 'funded' AND ends_on <= {p} ORDER BY ends_on, id"
)
LATE = (
    "SELECT effective_on, id, application_id FROM obligation WHERE status = 'open'"
    " AND effective_on < {p} AND NOT EXISTS (SELECT 1 FROM obligation_alert a"
    " WHERE a.obligation_id = obligation.id AND a.for_date = obligation.effective_on"
    " AND a.kind = 'late') ORDER BY effective_on, id"
)


def main(url: str) -> dict[str, float]:
    """Seconds of each side, their ratios, and how much memory our side took."""
    from models.vocabulary import AlertKind
    from workflows.endings import ended
    from workflows.lateness import fallen_late
    from workflows.pages import pages
    from workflows.rules import rules_of

    rules = rules_of()
    ours: dict[str, Callable[[], Iterable[Any]]] = {
        "ended": lambda: pages(lambda after: ended(NOW, after, url=url)),
        "late": lambda: pages(
            lambda after: fallen_late(NOW, AlertKind.LATE, after, rules=rules, url=url)
        ),
    }
    for sweep in ours.values():
        next(iter(sweep()), None)  # connected, statements built
    start, told = peak_mb(), {}
    for name, sweep in ours.items():
        told[f"{name}_rows"] = float(sum(len(rows) for rows in sweep()))
    told["memory_mb"] = peak_mb() - start
    told |= nothing_due(url)
    with closing(_connected(url)) as hand:
        for name, statement in (("ended", ENDED), ("late", LATE)):
            told[name] = _ratio(_counted(ours[name]), _by_hand(hand, statement))
    return told


def nothing_due(url: str) -> dict[str, float]:
    """The quickest of some whole rounds, two years before anything is due."""
    from datetime import timedelta

    from workflows.sweeps import compose_digests, watch_deadlines

    before, times = NOW - timedelta(days=800), []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        watched = watch_deadlines(before, url=url)
        composed = compose_digests(before, url=url)
        times.append(time.perf_counter() - started)
        assert (watched.moved, watched.late, composed.digests) == ([], 0, 0)
    return {"nothing_due_ms": min(times) * 1000, "memory_mb_after": peak_mb()}


def _counted(sweep: Callable[[], Iterable[Any]]) -> Callable[[], int]:
    return lambda: sum(map(len, sweep()))


def _connected(url: str) -> Any:
    if url.startswith("sqlite"):
        import sqlite3

        return sqlite3.connect(make_url(url).database or "")
    import psycopg

    return psycopg.connect(url.replace("+psycopg", ""))


def _by_hand(connection: Any, statement: str) -> Callable[[], int]:
    mark = "?" if type(connection).__module__ == "sqlite3" else "%s"
    value = str(TODAY) if mark == "?" else TODAY
    return lambda: len(connection.execute(statement.format(p=mark), (value,)).fetchall())


def _ratio(ours: Callable[[], int], hand: Callable[[], int]) -> float:
    """The median of pairs run in turn: it holds when the machine's speed drifts."""
    assert ours() == hand()
    pairs = [(_seconds(ours), _seconds(hand)) for _round in range(ROUNDS)]
    return statistics.median(mine / theirs for mine, theirs in pairs)


def _seconds(work: Callable[[], int]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
