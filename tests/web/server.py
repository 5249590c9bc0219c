"""An application on a real server of this process, for the length of a block."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from web.serving import served


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The address at which `app` answers, once it does."""
    with served(app, "127.0.0.1:0") as port:
        yield f"http://127.0.0.1:{port}"


class InHand:
    """An application whose requests are counted until all they leave for afterwards is done."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.many, self.changed = app, 0, threading.Condition()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._count(scope, 1)
        try:
            await self.app(scope, receive, send)
        finally:
            self._count(scope, -1)

    def _count(self, scope: Scope, change: int) -> None:
        if scope["type"] == "http":
            with self.changed:
                self.many += change
                self.changed.notify_all()

    def settle(self) -> None:
        """Wait until nothing is in hand."""
        with self.changed:
            assert self.changed.wait_for(lambda: not self.many, timeout=30)
