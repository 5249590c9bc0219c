"""Each morning: ask for the report of every funded action that has ended."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from prefect import flow, task

from workflows import sweeps
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant
from workflows.works import Told


@task(**AGAIN)
def find_ended(now: datetime) -> list[tuple[int, str]]:
    """By id and reference; raises `Unavailable`."""
    return sweeps.ended(now)


@task(**AGAIN)
def ask_for_reports(due: Sequence[tuple[int, str]], now: datetime) -> Told:
    """A few hundred applications, one transaction each; raises `Unavailable`."""
    return asdict(sweeps.ask_for_reports(due, now))


@flow(name="watch-deadlines", **NOTED)
def watch_deadlines(now: datetime | None = None) -> Futures:
    """Safe to run again: an application already asked is not funded any more.

    Raises `Unavailable`.
    """
    at = instant(now)
    futures: Futures = []
    for code, theirs in groupby(sorted(find_ended(at), key=_contract), key=_contract):
        for part in sweeps.chunks(list(theirs)):
            futures.append(ask_for_reports.with_options(tags=[code]).submit(part, at))
            futures[-1].wait()  # one at a time: on SQLite they would only wait for one another
    return finish("watch-deadlines", at, futures)


def _contract(found: tuple[int, str]) -> str:
    """The contract's code, with which every reference starts."""
    return found[1].partition("-")[0]
