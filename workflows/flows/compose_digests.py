"""Each morning: put one digest per person in the outbox."""

from datetime import datetime

from prefect import flow, task

from workflows import works
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant


@task(**AGAIN)
def compose(now: datetime) -> works.Told:
    """All of today's, one transaction; raises `Conflict`, `Unavailable`."""
    return works.compose_digests(now, works.Means.of_this_process())


@flow(name="compose-digests", **NOTED)
def compose_digests(now: datetime | None = None) -> Futures:
    """Safe to run again: a digest has the day and the person for its key.

    Raises `RuntimeError` outside Prefect.
    """
    at = instant(now)
    return finish("compose-digests", at, [compose.submit(at)])
