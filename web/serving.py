"""An ASGI application served by a thread of this process, beside which another part goes on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from config.i18n import gettext as _
from models.errors import Unavailable


@contextmanager
def served(app: ASGIApp, listen: str) -> Iterator[int]:
    """Answer at `listen` (address:port) while the block lasts, then let requests in hand end.

    Gives the port. Raises `Unavailable` when the address cannot be had.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # addresses hold one-time links
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=20,
        )
    )
    with bound(listen) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), name="web")
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def bound(listen: str) -> socket.socket:
    """A socket that listens at `address:port`; raises `Unavailable` when it cannot be had.

    It is told to be TCP: asyncio sends the end of an answer at once on such a socket alone, on
    another it waits for the reader's acknowledgement, up to 40 ms.
    """
    host, _colon, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, int(port)), family=family, backlog=256)
    except OSError as error:
        raise Unavailable(
            _(
                "L’adresse {listen} ne peut pas être prise ({detail}) : changez JALON_LISTEN."
            ).format(listen=listen, detail=error.strerror or error)
        ) from error
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, made.detach())
