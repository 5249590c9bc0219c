"""What `jalon doctor` says about one thing: how it is, in words, and what to do when it is not well."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.settings import Settings


class Health(StrEnum):
    """How a thing is."""

    WELL = "ok"
    WARNING = "warning"
    ILL = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    check: str
    health: Health
    text: str
    todo: str = ""


Check = Callable[[Settings, datetime], Iterator[Finding]]


def judged(check: str, health: Health, text: str, todo: str) -> Finding:
    """A finding, with what to do only when it is not well; raises nothing."""
    return Finding(check, health, text, "" if health is Health.WELL else todo)
