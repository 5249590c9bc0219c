"""How long to wait before trying again: growing waits, spread so that all do not come back at once."""

import hashlib
from datetime import timedelta

from config.mail_policy import Retry

MOST_DOUBLINGS = 12


def delay(attempt: int, key: str, retry: Retry) -> timedelta:
    """The wait after that many attempts: twice as long each time, up to the longest."""
    doubled = retry.first * (1 << min(attempt - 1, MOST_DOUBLINGS))
    return spread(min(doubled, retry.longest), f"{key}:{attempt}")


def spread(wait: timedelta, seed: str) -> timedelta:
    """`wait`, up to a quarter longer: by chance, but the same for the same seed."""
    share = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32
    return wait + timedelta(seconds=int(wait.total_seconds() * share / 4))
