"""How often one address may ask: a count per window of time, in this process."""

import time
from collections import OrderedDict
from threading import Lock

from starlette.requests import Request

from config.i18n import gettext as _
from web.access import TooOften

REMEMBERED = 10_000  # addresses; the oldest are forgotten first
TEN_MINUTES = 600


def limiters() -> "dict[str, Limiter]":
    """The limits of one application, by what they are about."""
    return {
        "asking": Limiter(at_most=10, seconds=TEN_MINUTES),  # for a link
        "using": Limiter(at_most=30, seconds=TEN_MINUTES),  # a link
    }


def count(request: Request, about: str) -> None:
    """One more request about that; raises `TooOften` over its limit."""
    request.app.state.limiters[about].count(request)


class Limiter:
    """At most so many requests of one address in so many seconds."""

    def __init__(self, at_most: int, seconds: int) -> None:
        self.at_most, self.seconds = at_most, seconds
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def forget(self) -> None:
        """Begin again."""
        self._counts.clear()

    def count(self, request: Request) -> None:
        """One more request; raises `TooOften` over the limit."""
        who = request.client.host if request.client else ""
        window = int(time.monotonic()) // self.seconds
        with self._lock:
            began, many = self._counts.pop(who, (window, 0))
            many = many + 1 if began == window else 1
            self._counts[who] = (window, many)
            while len(self._counts) > REMEMBERED:
                self._counts.popitem(last=False)
        if many > self.at_most:
            minutes = self.seconds // 60
            raise TooOften(
                _("Trop de demandes : attendez {minutes} minutes, puis recommencez.").format(
                    minutes=minutes
                )
            )
