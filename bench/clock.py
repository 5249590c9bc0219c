"""What it costs that a clock starts a sweep: APScheduler against the plain function, Prefect by itself."""

import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.measure import Figure

ROUNDS, DUE, CLOSED = 5, 60, 1_000


def scheduled() -> Figure:
    """The same sweep, of some hundred applications, called and started by the schedule."""
    from bench.sweep_data import build
    from models.session import engine_for

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = f"sqlite:///{folder / 'first.sqlite3'}"
        build(first, CLOSED, DUE)
        engine_for(first).dispose()
        pairs = [
            (
                _timed(folder, f"s{number}", by_clock=True),
                _timed(folder, f"p{number}", by_clock=False),
            )
            for number in range(ROUNDS)
        ]
    ours, plain = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    detail = f"{ours * 1000:.0f} ms against {plain * 1000:.0f} ms, median of {ROUNDS} pairs"
    return Figure("a sweep started by APScheduler / called", ratio, 1.1, "x", detail)


def _timed(folder: Path, name: str, *, by_clock: bool) -> float:
    """Seconds of one sweep on a fresh copy."""
    from bench.sweep_data import NOW
    from config.settings import load_settings
    from models.session import engine_for
    from workflows.schedule import run_work, started_once
    from workflows.works import WORKS, Means

    path = folder / f"{name}.sqlite3"
    shutil.copy(folder / "first.sqlite3", path)
    os.environ["JALON_DATABASE_URL"] = f"sqlite:///{path}"
    means, ended = Means(load_settings()), threading.Event()
    started = time.perf_counter()
    if by_clock:

        def work() -> None:
            run_work("watch-deadlines", lambda: NOW, means)
            ended.set()

        with started_once(work, ZoneInfo("Europe/Paris")):
            ended.wait()
    else:
        told = WORKS["watch-deadlines"](NOW, means)
        assert told["late"] == DUE
    seconds = time.perf_counter() - started
    engine_for(f"sqlite:///{path}").dispose()
    return seconds


def prefect() -> Iterator[Figure]:
    """What a run costs whatever it does: the flow with nothing due, less the plain function."""
    from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_LEVEL, temporary_settings

    from bench.sweep_data import NOW
    from models.schema import upgrade
    from tests.operations.prefect_server import running
    from workflows.flows.book import run_flow
    from workflows.works import WORKS, Means

    with tempfile.TemporaryDirectory() as name:
        os.environ["JALON_DATABASE_URL"] = f"sqlite:///{Path(name) / 'empty.sqlite3'}"
        upgrade(os.environ["JALON_DATABASE_URL"])
        means = Means.of_this_process()
        with (
            running(Path(name)) as api,
            temporary_settings({PREFECT_API_URL: api, PREFECT_LOGGING_LEVEL: "ERROR"}),
        ):
            run_flow("compose-digests", NOW)
            costs = []
            for _round in range(ROUNDS):
                started = time.perf_counter()
                run_flow("compose-digests", NOW)
                through = time.perf_counter() - started
                started = time.perf_counter()
                WORKS["compose-digests"](NOW, means)
                costs.append(through - (time.perf_counter() - started))
    detail = f"median of {ROUNDS}, the process and the server being up"
    yield Figure(
        "a run through Prefect, whatever it does", statistics.median(costs), 5, "s", detail
    )
