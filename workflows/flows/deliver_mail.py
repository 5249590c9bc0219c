"""Every few minutes: hand over the mail that is due."""

import os
import socket
from datetime import datetime

from prefect import flow, task

from workflows import works
from workflows.flows.leaving import leaving
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant


@task(**AGAIN)
def deliver(now: datetime) -> works.Told:
    """Message by message, each under its own lease; raises `Unavailable`."""
    worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
    return works.deliver_mail(now, works.Means.of_this_process(worker=worker, stopping=leaving))


@flow(name="deliver-mail", **NOTED)
def deliver_mail(now: datetime | None = None) -> Futures:
    """Safe to run again, and several at once: a message is claimed by one of them.

    Raises `RuntimeError` outside Prefect.
    """
    at = instant(now)
    return finish("deliver-mail", at, [deliver.submit(at)])
