"""Backups on a calendar: one file per run, checked, the oldest given up; and putting one back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.database import database_url
from models.backup import is_sqlite, put_back, save
from models.schema import upgrade
from models.session import transaction
from notifications.holding import hold_everything

PATTERN = "jalon-????????T??????Z.*"


@dataclass(frozen=True, slots=True)
class Saved:
    """One backup."""

    path: Path
    size: int
    given_up: tuple[Path, ...] = ()


def back_up(folder: Path, now: datetime, *, keep: int, url: str | None = None) -> Saved:
    """Save the database in `folder` under the name of this instant, and keep the latest `keep`.

    Raises `Unavailable` when it cannot be written or is not sound; no older one is given up then.
    """
    url = url or database_url()
    suffix = "sqlite3" if is_sqlite(url) else "dump"
    path = folder / f"jalon-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.{suffix}"
    size = save(url, path)
    old = tuple(made(folder)[:-keep])
    for one in old:
        one.unlink(missing_ok=True)
    return Saved(path, size, old)


def made(folder: Path) -> list[Path]:
    """The backups in `folder`, the oldest first; raises nothing."""
    return sorted(folder.glob(PATTERN))


def taken_at(path: Path) -> datetime:
    """When a backup was taken, by its name; raises `ValueError` when the name does not say."""
    text = path.name.partition("-")[2].partition(".")[0]
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def restore(path: Path, *, url: str | None = None) -> int:
    """Fill an empty database from a backup, bring it up to date, hold its mail; how many messages.

    Raises `Refused` when the database is not empty, `BadInput` for a file that is no backup of
    this engine, `Unavailable` for a damaged one.
    """
    url = url or database_url()
    put_back(path, url)
    upgrade(url)
    with transaction(url) as session:
        return hold_everything(session)
