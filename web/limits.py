"""How often one may ask: one table of limits, counted in this process, or in Redis for several of them."""

import logging
import time
from typing import NamedTuple, cast

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import Request

from config.i18n import gettext as _
from config.settings import Settings
from web.access import TooOften

logger = logging.getLogger(__name__)


class Rate(NamedTuple):
    """So many requests in so many minutes."""

    many: int
    minutes: int

    def item(self, about: str) -> RateLimitItem:
        """The same, as the library counts it."""
        return RateLimitItemPerMinute(self.many, self.minutes, namespace=f"jalon:{about}")


RATES = {  # of one address
    "asking": Rate(10, 10),  # for a link
    "using": Rate(30, 10),  # a link
    "agent": Rate(30, 10),  # to the identity provider and back
    "emergency": Rate(10, 10),  # the password of an administrator
    "unknown": Rate(60, 1),  # the API without a good token
}


class Limits:
    """The counts of one application."""

    def __init__(self, settings: Settings) -> None:
        storage = storage_from_string(settings.rate_storage, wrap_exceptions=True)
        self.storage = cast("Storage", storage)  # those of the addresses that a setting may hold
        self.rates = RATES | {"api": Rate(settings.api_per_minute, 1)}  # of one token
        self._limiter = FixedWindowRateLimiter(self.storage)

    def wait(self, about: str, who: str) -> int:
        """One more request; how many seconds to wait when it is over the limit, else 0."""
        item = self.rates[about].item(about)
        try:
            if self._limiter.hit(item, who):
                return 0
            reset = self._limiter.get_window_stats(item, who).reset_time
        except StorageError:
            logger.exception("limits are not counted")  # better an answer without a count than none
            return 0
        return max(1, int(reset - time.time()) + 1)

    def forget(self) -> None:
        """Begin again."""
        self.storage.reset()


def count(request: Request, about: str, who: str = "") -> None:
    """One more request about that, by `who` or from that address; raises `TooOften` over its limit."""
    limits: Limits = request.app.state.limits
    address = request.client.host if request.client else ""
    if not (wait := limits.wait(about, who or address)):
        return
    said = (
        _("Trop de demandes : attendez {wait} secondes, puis recommencez.").format(wait=wait)
        if wait < 60
        else _("Trop de demandes : attendez {minutes} minutes, puis recommencez.").format(
            minutes=-(-wait // 60)
        )
    )
    raise TooOften(said, wait)
