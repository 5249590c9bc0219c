"""An ASGI application served by a thread of this process, beside which another part goes on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from config.i18n import gettext as _
from models.errors import Unavailable


@contextmanager
def served(app: FastAPI, listen: str) -> Iterator[int]:
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
    with _bound(listen) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), name="web")
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def _bound(listen: str) -> socket.socket:
    host, _colon, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(port)), family=family, backlog=256)
    except OSError as error:
        raise Unavailable(
            _(
                "L’adresse {listen} ne peut pas être prise ({detail}) : changez JALON_LISTEN."
            ).format(listen=listen, detail=error.strerror or error)
        ) from error
