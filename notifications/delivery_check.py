"""Whether the relay would take our mail: greeted, encrypted, authenticated; no mail is sent."""

import asyncio
from contextlib import suppress

from aiosmtplib import SMTP, SMTPException

from models.errors import Unavailable
from notifications.relay import Relay

PATIENCE = 15  # seconds; a person waits for the answer


def greet(relay: Relay) -> None:
    """EHLO, then STARTTLS and AUTH as the settings ask; raises `Unavailable` with what was said."""
    asyncio.run(_greet(relay))


async def _greet(relay: Relay) -> None:
    client = SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.tls == "tls",
        start_tls=relay.tls == "starttls",
        username=relay.username,
        password=relay.password,
        timeout=PATIENCE,
    )
    try:
        await client.connect()
        await client.ehlo()
    except (SMTPException, OSError) as error:
        raise Unavailable(str(error) or type(error).__name__) from error
    finally:
        with suppress(SMTPException, OSError):
            if client.is_connected:
                await client.quit()
        client.close()
        await asyncio.sleep(0)  # the transport closes on the next turn of the loop
