"""Whether the relay would take our mail: greeted, encrypted, authenticated; no mail is sent."""

import asyncio
from dataclasses import replace

from models.errors import Unavailable
from notifications.breaker import RelayDown
from notifications.delivery_connection import Connection
from notifications.relay import Relay

PATIENCE = 15  # seconds; a person waits for the answer


def greet(relay: Relay) -> None:
    """EHLO, then STARTTLS and AUTH as the settings ask; raises `Unavailable` with what was said."""
    asyncio.run(_greet(replace(relay, connect_wait=PATIENCE, command_wait=PATIENCE)))


async def _greet(relay: Relay) -> None:
    connection = Connection(relay)
    try:
        await connection.open()
    except RelayDown as down:
        raise Unavailable(down.detail) from down
    finally:
        await connection.close()
