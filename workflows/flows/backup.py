"""Each night: save the database, and check what was saved."""

from datetime import datetime

from prefect import flow, task

from workflows import works
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant


@task(**AGAIN)
def save(now: datetime) -> works.Told:
    """One file, which gets its name once it is checked; raises `Unavailable`."""
    return works.backup(now, works.Means.of_this_process())


@flow(name="backup", **NOTED)
def backup(now: datetime | None = None) -> Futures:
    """Safe to run again: the same instant gives the same name.

    Raises `RuntimeError` outside Prefect.
    """
    at = instant(now)
    return finish("backup", at, [save.submit(at)])
