"""Every few minutes: tell subscribers what happened."""

import os
import socket
from datetime import datetime

from prefect import flow, task

from workflows import works
from workflows.flows.leaving import leaving
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant


@task(**AGAIN)
def tell(now: datetime) -> works.Told:
    """Event by event, each under its own lease; raises `Unavailable`."""
    worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
    return works.deliver_webhooks(now, works.Means.of_this_process(worker=worker, stopping=leaving))


@flow(name="deliver-webhooks", **NOTED)
def deliver_webhooks(now: datetime | None = None) -> Futures:
    """Safe to run again, and several at once: an event is claimed by one of them.

    Raises `RuntimeError` outside Prefect.
    """
    at = instant(now)
    return finish("deliver-webhooks", at, [tell.submit(at)])
