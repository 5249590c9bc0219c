"""When a reminder reaches somebody who wants one mail a week."""

from datetime import date, timedelta


def leaves_on(due: date, today: date, *, weekly: bool) -> date:
    """Today, or for who wants one mail a week the Monday to come; raises nothing.

    Never so late that what is due would be late already.
    """
    monday = today + timedelta(days=-today.weekday() % 7)
    return monday if weekly and due > monday else today
