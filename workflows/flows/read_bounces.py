"""Several times an hour: hear what came back to the mailbox of the settings."""

from datetime import datetime

from prefect import flow, task

from workflows import works
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant


@task(**AGAIN)
def hear(now: datetime) -> works.Told:
    """Some mails at a time, each heard once; raises `BadInput`, `Unavailable`."""
    return works.read_bounces(now, works.Means.of_this_process())


@flow(name="read-bounces", **NOTED)
def read_bounces(now: datetime | None = None) -> Futures:
    """Safe to run again, and several at once: a mail that was heard changes nothing.

    Raises `RuntimeError` outside Prefect.
    """
    at = instant(now)
    return finish("read-bounces", at, [hear.submit(at)])
