"""The works that a clock starts, by name: what each needs, and what it tells once done.

The command, the schedule of one machine and the flows of many all start these same functions.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.settings import Settings, load_settings
from notifications.catcher import Catcher
from notifications.relay import Relay
from workflows import sweeps
from workflows.backups import back_up
from workflows.bounces import Heard, hear_mailbox

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Means:
    """What a work may need beside the instant: the settings, its name, whether to leave soon."""

    settings: Settings
    worker: str = "jalon"
    stopping: Callable[[], bool] = lambda: False

    @classmethod
    def of_this_process(cls, **changes: Any) -> "Means":
        """The means that the settings give; raises `ConfigError` when they are at fault."""
        return cls(load_settings(), **changes)


def open_calls(now: datetime, _means: Means) -> Told:
    """Warn of, open, announce and close the yearly calls; raises what `sweeps.open_calls` raises."""
    return asdict(sweeps.open_calls(now))


def watch_deadlines(now: datetime, _means: Means) -> Told:
    """Ask for the reports of ended actions; raises `Unavailable`."""
    return asdict(sweeps.watch_deadlines(now))


def compose_digests(now: datetime, _means: Means) -> Told:
    """Put today's digests in the outbox; raises `Conflict`, `Unavailable`."""
    return asdict(sweeps.compose_digests(now))


def deliver_mail(now: datetime, means: Means) -> Told:
    """Hand over the mail that is due, to a local catcher without a relay; raises `Unavailable`."""
    with _relay(means.settings) as relay:
        report = sweeps.deliver_mail(
            relay, running_from(now), worker=means.worker, stopping=means.stopping
        )
    kept = {} if means.settings.smtp_host else {"kept_in": str(means.settings.catcher_folder)}
    return asdict(report) | kept


def deliver_webhooks(now: datetime, means: Means) -> Told:
    """Tell subscribers what happened since; raises `Unavailable`."""
    report = sweeps.deliver_webhooks(
        running_from(now),
        private_allowed=means.settings.webhook_private,
        worker=means.worker,
        stopping=means.stopping,
    )
    return asdict(report)


def read_bounces(now: datetime, means: Means) -> Told:
    """Take in what came back to the mailbox of the settings; without one there is nothing to do.

    Raises `BadInput` when it cannot be read, `Unavailable`.
    """
    place = means.settings.bounce_mailbox
    return asdict(hear_mailbox(place, now) if place else Heard())


def backup(now: datetime, means: Means) -> Told:
    """Save the database in the folder of the settings; raises `Unavailable`."""
    folder, keep = means.settings.backup_folder, means.settings.backup_keep
    saved = back_up(Path(folder), now, keep=keep)
    return {"file": str(saved.path), "bytes": saved.size, "given_up": len(saved.given_up)}


WORKS: dict[str, Callable[[datetime, Means], Told]] = {
    "open-calls": open_calls,
    "watch-deadlines": watch_deadlines,
    "compose-digests": compose_digests,
    "deliver-mail": deliver_mail,
    "deliver-webhooks": deliver_webhooks,
    "read-bounces": read_bounces,
    "backup": backup,
}


def running_from(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` and goes on from there, whatever is done to the machine's own.

    Raises nothing.
    """
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


@contextmanager
def _relay(settings: Settings) -> Iterator[Relay]:
    relay = Relay.of(settings)
    if relay is not None:
        yield relay
        return
    with Catcher(settings.catcher_folder) as catcher:
        yield catcher.relay
