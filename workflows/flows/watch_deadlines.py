"""Each morning: ask for the report of every funded action that has ended, note what fell late."""

from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from prefect import flow, task

from models.vocabulary import AlertKind
from workflows import endings, sweeps
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant
from workflows.pages import Row, Rows, pages
from workflows.works import Told


@task(**AGAIN)
def find_ended(now: datetime, after: Row | None) -> Rows:
    """The next thousands: day, id, reference; raises `Unavailable`."""
    return endings.ended(now, after)


@task(**AGAIN)
def ask_for_reports(due: Rows, now: datetime) -> Told:
    """A few hundred applications, one transaction each; raises `Unavailable`."""
    told = asdict(endings.ask_for_reports(due, now))
    return {"moved": told["moved"], "blocked": told["blocked"]}


@task(**AGAIN)
def note_lateness(kind: AlertKind, now: datetime) -> Told:
    """Every obligation that fell late, one transaction an application; raises `Unavailable`."""
    return {kind.value: sweeps.note_lateness(now, kind)}


@flow(name="watch-deadlines", **NOTED)
def watch_deadlines(now: datetime | None = None) -> Futures:
    """Safe to run again: an application already asked is not funded any more, a note is unique.

    Raises `Unavailable`.
    """
    at = instant(now)
    futures: Futures = []
    for found in pages(lambda after: find_ended(at, after)):
        for code, theirs in groupby(sorted(found, key=_contract), key=_contract):
            for part in sweeps.chunks(list(theirs)):
                futures.append(ask_for_reports.with_options(tags=[code]).submit(part, at))
                futures[-1].wait()  # one at a time: on SQLite they would only wait for one another
    for kind in AlertKind:
        futures.append(note_lateness.submit(kind, at))
        futures[-1].wait()
    return finish("watch-deadlines", at, futures)


def _contract(row: Row) -> str:
    """The contract's code, with which every reference starts."""
    return str(row[-1]).partition("-")[0]
