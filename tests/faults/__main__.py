"""`make faults`: the long form, on SQLite and on PostgreSQL; fails when anything was not as it must be.

python -m tests.faults [KILLS OF EACH POINT] [ROUNDS]
"""

import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from models.schema import upgrade
from models.session import engine_for, transaction
from tests import postgres
from tests.faults.crowd import DELIVERERS, SCHEDULERS, Crowd
from tests.faults.deadly import Deadly
from tests.faults.killing import AFTER_THE_ANSWER, POINTS, Killing
from tests.faults.processes import Warm
from tests.notifications.postbox import addressee
from tests.workflows.season import play

KILLS, ROUNDS = 35, 100  # on each of the two engines


def main(kills: int, rounds: int) -> int:
    """Every kill and every round, on both engines; how many faults were found."""
    faults = 0
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with database() as url:
            faults += _kill(name, url, kills)
        with database() as url:
            faults += _crowd(name, url, rounds)
    print("no fault" if not faults else f"{faults} FAULTS")
    return 1 if faults else 0


def _kill(name: str, url: str, kills: int) -> int:
    started = time.perf_counter()
    with transaction(url) as session:
        addressee(session)
    engine_for(url).dispose()
    with Warm() as warm, Deadly() as server:
        killing = Killing(url, warm, server)
        for _round in range(kills):
            for point in POINTS:
                killing.once(point)
    print(f"{name}: a process killed, and its message made good by another")
    print(f"  {'point':<12} {'kills':>6} {'doubled':>8} {'flagged':>8}")
    for point in POINTS:
        counts = (killing.kills[point], killing.doubled[point], killing.flagged[point])
        print(f"  {point:<12} {counts[0]:>6} {counts[1]:>8} {counts[2]:>8}")
    elsewhere = sum(killing.doubled[point] for point in POINTS if point not in AFTER_THE_ANSWER)
    print(
        f"  {killing.kills.total()} kills at {len(POINTS)} points: {killing.lost} lost,"
        f" {killing.doubled.total()} doubled, {elsewhere} of them elsewhere than after the server's"
        f" final answer; {time.perf_counter() - started:.0f} s"
    )
    return _told(killing.faults)


def _crowd(name: str, url: str, rounds: int) -> int:
    started = time.perf_counter()
    play(url)
    engine_for(url).dispose()
    with Deadly() as server:
        crowd = Crowd(url, server)
        crowd.play(rounds)
    spent = time.perf_counter() - started
    print(
        f"{name}: {SCHEDULERS} schedulers and {DELIVERERS} delivery processes, {crowd.rounds} rounds,"
        f" {crowd.mails} mails, one per key; {crowd.conflicts} composers came second; {spent:.0f} s"
    )
    return _told(crowd.faults)


def _told(faults: list[str]) -> int:
    for fault in faults:
        print(f"  FAULT {fault}")
    return len(faults)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'jalon.sqlite3'}"
        upgrade(url)
        yield url
        engine_for(url).dispose()


@contextmanager
def _postgres() -> Iterator[str]:
    with postgres.server() as server:
        if server is None:
            sys.exit("no PostgreSQL server could be reached or started")
        name = f"jalon_faults_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        host = server.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0]
        try:
            upgrade(f"{host}/{name}")
            yield f"{host}/{name}"
            engine_for(f"{host}/{name}").dispose()
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [KILLS, ROUNDS][len(numbers) :])))
