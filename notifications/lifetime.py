"""How long a message is worth sending: `mail.yaml` by template, and the day that it speaks of."""

from datetime import datetime, time, timedelta

from config.policy import load_policies
from notifications.contexts import Context
from notifications.formats import PARIS

A_DAY = timedelta(days=1)


def useful_until(template: str, context: Context, due_at: datetime) -> datetime | None:
    """When a message due then becomes of no use; None for one that must leave however late."""
    lifetime = load_policies().mail.lifetime.get(template)
    ends = [due_at + lifetime] if lifetime else []
    if day := context.last_day():
        midnight = datetime.combine(day + A_DAY, time(), PARIS)
        ends.append(midnight.astimezone(due_at.tzinfo))
    return min(ends, default=None)
