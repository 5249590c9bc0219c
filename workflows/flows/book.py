"""The flows by the name that the command and the server know them by; one run of one of them."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from prefect import Flow

from workflows.endings import Watched
from workflows.flows.backup import backup
from workflows.flows.compose_digests import compose_digests
from workflows.flows.deliver_mail import deliver_mail
from workflows.flows.deliver_webhooks import deliver_webhooks
from workflows.flows.open_calls import open_calls
from workflows.flows.read_bounces import read_bounces
from workflows.flows.running import together
from workflows.flows.watch_deadlines import watch_deadlines
from workflows.sweeps import Opened
from workflows.works import Told

FLOWS: dict[str, Flow[..., Any]] = {
    found.name: found
    for found in (
        open_calls,
        watch_deadlines,
        compose_digests,
        deliver_mail,
        deliver_webhooks,
        read_bounces,
        backup,
    )
}

NOTHING: dict[str, Told] = {  # what is told by those that start no task when nothing is due
    "open-calls": asdict(Opened()),
    "watch-deadlines": asdict(Watched()),
}


def run_flow(name: str, now: datetime) -> Told:
    """Run a flow here and now; raises what made the first of its failed tasks fail."""
    run: Callable[..., Any] = FLOWS[name]
    tasks = run(now=now, return_state=True).result()
    return together([NOTHING.get(name, {}), *(task.result() for task in tasks or [])])
