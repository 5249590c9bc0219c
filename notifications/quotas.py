"""The caps on what is handed over, counted in the database for all processes together."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.mail_policy import Caps
from models import MailQuota
from models.upsert import insert_into
from notifications.formats import PARIS

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
KEPT = timedelta(days=2)
DAY, MINUTE = "day", "minute"


class Full(NamedTuple):
    """What has no room left, and when it has again; `domain` is empty when it is the whole of it."""

    until: datetime
    domain: str = ""


class Meter:
    """What may still be taken within one transaction; other processes wait until it ends."""

    def __init__(self, session: Session, caps: Caps, now: datetime) -> None:
        self._session, self._caps, self._now = session, caps, now
        local = now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
        self._today, self._tomorrow = local.astimezone(now.tzinfo), _next_day(local)
        self._minute = now.replace(second=0, microsecond=0)
        self._used: dict[tuple[str, datetime], int] = {}
        if caps.any:
            self._add(DAY, self._today, 0)  # the row that everybody locks first
            self._read(DAY, self._today)

    def full(self, domain: str) -> Full | None:
        """What has no room for one more message to that domain; None when there is room."""
        caps = self._caps
        if caps.per_day and self._read(DAY, self._today) >= caps.per_day:
            return Full(self._tomorrow)
        if caps.per_minute and self._read(MINUTE, self._minute) >= caps.per_minute:
            return Full(self._minute + A_MINUTE)
        cap = caps.for_domain(domain)
        if cap and self._read(f"@{domain}", self._minute) >= cap:
            return Full(self._minute + A_MINUTE, domain)
        return None

    def spend(self, domain: str) -> None:
        """One more message is taken."""
        caps = self._caps
        if not caps.any:
            return
        windows = [(DAY, self._today)]
        windows += [(MINUTE, self._minute)] if caps.per_minute else []
        windows += [(f"@{domain}", self._minute)] if caps.for_domain(domain) else []
        for window in windows:
            self._used[window] = self._read(*window) + 1
            self._add(*window, 1)

    def _read(self, scope: str, starts_at: datetime) -> int:
        window = (scope, starts_at)
        if window not in self._used:
            found = select(MailQuota.used).where(
                MailQuota.scope == scope, MailQuota.starts_at == starts_at
            )
            self._used[window] = self._session.scalar(found) or 0
        return self._used[window]

    def _add(self, scope: str, starts_at: datetime, count: int) -> None:
        row = insert_into(self._session, MailQuota).values(
            scope=scope, starts_at=starts_at, used=count
        )
        counted = {"used": MailQuota.used + count}
        self._session.execute(
            row.on_conflict_do_update(index_elements=["scope", "starts_at"], set_=counted)
        )


def forget_old(session: Session, now: datetime) -> None:
    """Remove the counts of days gone by."""
    session.execute(delete(MailQuota).where(MailQuota.starts_at < now - KEPT))


def _next_day(midnight: datetime) -> datetime:
    return (midnight + A_DAY).replace(hour=0).astimezone(midnight.tzinfo)
