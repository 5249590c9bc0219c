"""The LMTP server to which the mail server hands what comes back: one transaction per mail."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiosmtpd.lmtp import LMTP

from models.errors import JalonError
from models.session import transaction
from workflows.bounces import LARGEST, hear

logger = logging.getLogger(__name__)


class Returns:
    """Takes each mail in before it says yes: what is not written down is handed over again."""

    def __init__(self, clock: Callable[[], datetime], url: str | None = None) -> None:
        self._clock, self._url = clock, url

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 # the name aiosmtpd calls
        """One mail that came back."""
        recipient = next(iter(envelope.rcpt_tos), "")
        try:
            with transaction(self._url) as session:
                kind = hear(session, envelope.content, self._clock(), recipient=recipient)
        except JalonError:
            logger.exception("a mail that came back could not be taken in")
            return "451 4.3.0 Try again later"
        return f"250 2.0.0 {kind}"


async def listen(port: int, returns: Returns) -> asyncio.Server:
    """An LMTP server on this machine; port 0 takes a free one. Raises OSError when it is taken."""
    loop = asyncio.get_running_loop()

    def talk() -> LMTP:
        return LMTP(returns, hostname="localhost", loop=loop, data_size_limit=LARGEST)

    return await loop.create_server(talk, "127.0.0.1", port)


def serve(port: int, clock: Callable[[], datetime], ready: Callable[[int], None]) -> None:
    """Listen until SIGTERM or Ctrl-C; raises OSError when the port is taken."""
    asyncio.run(_serve(port, Returns(clock), ready))


async def _serve(port: int, returns: Returns, ready: Callable[[int], None]) -> None:
    server, stop = await listen(port, returns), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ready(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
    await server.wait_closed()
