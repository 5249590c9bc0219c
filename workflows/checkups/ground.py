"""The database, its migrations, the clock, the disk, and who may read the files."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select

from config.database import database_url
from config.i18n import gettext as _
from config.settings import Settings
from models import JournalEntry
from models.backup import is_sqlite, sqlite_path
from models.schema import current_revision, refuse_unless_current
from models.session import reading
from workflows.backups import made
from workflows.deadlines import civil_date
from workflows.findings import Finding, Health, judged
from workflows.rules import rules_of

ROOM, LITTLE_ROOM = 1_000_000_000, 200_000_000  # bytes
AHEAD, APART = timedelta(minutes=5), timedelta(seconds=10)
NOON = time(12)
OFFSETS = {1: timedelta(hours=1), 7: timedelta(hours=2)}  # of Paris, in January and in July


def database(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Does it answer at all; raises `Unavailable` when it does not."""
    url = database_url()
    with reading(url) as session:
        session.execute(select(1))
    engine = "SQLite" if is_sqlite(url) else "PostgreSQL"
    yield Finding("database", Health.WELL, _("{engine} répond").format(engine=engine))


def migrations(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Is it at the version of this code; raises `Unavailable` when it is not."""
    url = database_url()
    refuse_unless_current(url)
    text = _("la base est à la version {revision}").format(revision=current_revision(url))
    yield Finding("migrations", Health.WELL, text)


def clock(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Neither fixed, nor behind the journal, nor apart from the database's; raises `Unavailable`."""
    todo = _("Mettez la machine à l’heure (timedatectl set-ntp true).")
    if settings.now is not None:
        yield Finding("clock", Health.WARNING, _("JALON_NOW fixe la date"),
                      _("Retirez JALON_NOW : en production, l’horloge seule donne la date."))  # fmt: skip
    with reading() as session:
        last = session.scalar(select(func.max(JournalEntry.at)))
        postgres = session.get_bind().dialect.name == "postgresql"
        theirs: datetime = (
            session.scalars(select(func.clock_timestamp())).one() if postgres else now
        )
    if last is not None and last > now + AHEAD:
        yield Finding("clock", Health.ILL, _("le journal est en avance sur l’horloge"), todo)
    elif abs(theirs - now) > APART:
        text = _("l’horloge de la base est à {seconds} s de la nôtre")
        seconds = round(abs(theirs - now).total_seconds())
        yield Finding("clock", Health.WARNING, text.format(seconds=seconds), todo)
    else:
        yield Finding("clock", Health.WELL, _("il est {time} UTC").format(
            time=f"{now.astimezone(UTC):%d/%m/%Y %H:%M}"))  # fmt: skip


def time_zone(_settings: Settings, now: datetime) -> Iterator[Finding]:
    """Does this machine know the civil time that deadlines are counted in; raises nothing."""
    zone, year = rules_of().policies.calendar.zone, civil_date(now).year
    wrong = [
        month
        for month, offset in OFFSETS.items()
        if datetime.combine(date(year, month, 1), NOON, zone).utcoffset() != offset
    ]
    local = _("{zone}, où il est {time}").format(
        zone=zone, time=f"{now.astimezone(zone):%d/%m/%Y %H:%M %Z}"
    )
    health = Health.WARNING if wrong else Health.WELL
    yield judged("time_zone", health, local, _(
        "Ce n’est pas l’heure de Paris : vérifiez calendar.yaml, et la version de tzdata."))  # fmt: skip


def disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """The room left where Jalon writes; raises `BadInput` for a database in memory."""
    url = database_url()
    places = {settings.backup_folder, settings.catcher_folder}
    places |= {sqlite_path(url).parent} if is_sqlite(url) else set()
    free = min(shutil.disk_usage(_existing(place)).free for place in places)
    health = Health.ILL if free < LITTLE_ROOM else Health.WARNING if free < ROOM else Health.WELL
    text = _("{free} Mo libres").format(free=free // 1_000_000)
    yield judged("disk", health, text, _("Faites de la place, ou baissez JALON_BACKUP_KEEP."))


def secrets(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Who may read the database and its backups; raises `BadInput` for a database in memory."""
    url = database_url()
    places = [sqlite_path(url)] if is_sqlite(url) else []
    places += [*made(settings.backup_folder)]
    if seen := [place for place in places if place.exists() and place.stat().st_mode & 0o007]:
        yield Finding("secrets", Health.WARNING,
                      _("tout le monde peut lire {path}").format(path=seen[0]),
                      _("chmod o-rwx {path}").format(path=seen[0]))  # fmt: skip
    else:
        yield Finding("secrets", Health.WELL, _("base et sauvegardes fermées aux autres"))


def _existing(place: Path) -> Path:
    place = place.absolute()
    while not place.exists():
        place = place.parent
    return place
