"""Handing the outbox over to the relay: one round, on one connection or several at once.

Only the `delivery` modules speak SMTP as a client. Each connection works through the outbox message
by message; the ledger tells it which, and is told what became of it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from config.i18n import gettext as _
from config.mail_policy import Mail
from config.policy import load_policies
from models.errors import Unavailable
from notifications import points
from notifications.breaker import RelayDown, Rest
from notifications.delivery_connection import Connection
from notifications.formats import PARIS
from notifications.ledger import Done, Ledger
from notifications.posting import current_posting
from notifications.relay import Relay

HEARTBEAT = 120  # seconds; a lease lasts ten minutes


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one round of delivery did; `doubtful` counts hand-overs that may have been the second."""

    sent: int = 0
    deferred: int = 0
    refused: int = 0
    cancelled: int = 0
    expired: int = 0
    held: int = 0
    doubtful: int = 0


def deliver_pending(
    relay: Relay,
    *,
    clock: Callable[[], datetime],
    worker: str,
    url: str | None = None,
    limit: int | None = None,
    stopping: Callable[[], bool] = lambda: False,
    rules: Mail | None = None,
) -> DeliveryReport:
    """Hand over every message that is due (at most `limit`), one SMTP transaction each.

    Once `stopping()`, the messages in hand are the last. Several processes may run this at once.
    Raises `Unavailable` when the relay cannot be reached, refuses us or rests; messages then wait on.
    """
    rules = rules or load_policies().mail
    ledger = Ledger(str(relay), clock, worker, url, stopping, rules, limit, relay.connections)
    return asyncio.run(_round(relay, ledger))


async def _round(relay: Relay, ledger: Ledger) -> DeliveryReport:
    if ledger.anything_due():
        if rest := ledger.resting():
            raise _unavailable(relay, rest)
        connections = [Connection(relay) for _number in range(relay.connections)]
        await _come_in(relay, connections[0], ledger)
        await _all_lanes(connections, ledger)
        if ledger.rest is not None:
            raise _unavailable(relay, ledger.rest)
    return DeliveryReport(**ledger.counts)


async def _come_in(relay: Relay, connection: Connection, ledger: Ledger) -> None:
    """Connect before any message is taken, so that a relay which is not there costs no message a try."""
    try:
        await connection.open()
    except RelayDown as down:
        await connection.close()
        raise _unavailable(relay, ledger.note_failure(down)) from down


async def _all_lanes(connections: list[Connection], ledger: Ledger) -> None:
    """Every connection until there is nothing left for it; the first error is raised once all ended."""
    beating = asyncio.create_task(_beat(ledger))
    ends = await asyncio.gather(
        *(_lane(connection, ledger) for connection in connections), return_exceptions=True
    )
    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
    for error in ends:
        if error is not None:
            raise error


async def _lane(connection: Connection, ledger: Ledger) -> None:
    done, posting = None, current_posting()
    try:
        while claim := await ledger.next(done):
            points.reached("claimed")
            try:
                sender, content = posting.return_path(claim.id), posting.signed(claim.content)
                done = Done(claim, await connection.hand_over(claim, sender, content))
            except RelayDown as down:
                done = Done(claim, down)
    finally:
        await connection.close()


async def _beat(ledger: Ledger) -> None:
    """Keep the leases of what takes long."""
    while True:
        await asyncio.sleep(HEARTBEAT)
        ledger.keep_leases()


def _unavailable(relay: Relay, rest: Rest) -> Unavailable:
    return Unavailable(
        _(
            "Le relais de messagerie {relay} ne prend pas le courrier ({detail}) : les messages"
            " restent dans la file, prochain essai à {time}. Vérifiez JALON_SMTP_HOST et ses"
            " voisines, puis « jalon outbox relay --retry » pour essayer sans attendre."
        ).format(relay=relay, detail=rest.detail, time=f"{rest.until.astimezone(PARIS):%H:%M}")
    )
