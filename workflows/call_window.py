"""Whether a call takes applications on some day, and lets those that it took be amended."""

from datetime import date
from enum import StrEnum

from models import Call


class Window(StrEnum):
    """Whether a call takes applications on some day."""

    AHEAD = "ahead"
    OPEN = "open"
    CLOSED = "closed"


def window_of(call: Call, today: date) -> Window:
    """Whether `call` takes applications that day; raises nothing."""
    if today < call.opens_on:
        return Window.AHEAD
    return Window.OPEN if today <= call.closes_on else Window.CLOSED
