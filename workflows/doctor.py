"""Is this installation in order? One line per thing looked at, and what to do about it.

Nothing is changed and no mail is sent. Each check stands alone: one that fails hides no other.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select

from config.database import database_url
from config.i18n import gettext as _
from config.settings import Settings
from models import JournalEntry, Message
from models.backup import is_sqlite, sqlite_path
from models.errors import JalonError
from models.schema import current_revision, refuse_unless_current
from models.session import reading
from models.vocabulary import MessageStatus
from notifications.delivery_check import greet
from notifications.relay import Relay
from workflows.backups import made, taken_at
from workflows.deadlines import civil_date
from workflows.rules import rules_of

ROOM, LITTLE_ROOM = 1_000_000_000, 200_000_000  # bytes
OLD_BACKUP, STUCK_MAIL = timedelta(hours=26), timedelta(hours=2)
HORIZON = 3  # years ahead for which deadlines are counted today
SATURDAY = 5
_DAYS = [timedelta(days=number) for number in range(365)]


class Health(StrEnum):
    """How a thing is."""

    WELL = "ok"
    WARNING = "warning"
    ILL = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, in words, and what to do when it is not well."""

    check: str
    health: Health
    text: str
    todo: str = ""


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Every finding, in the order in which to mend them; raises nothing of ours."""
    return [finding for check in CHECKS for finding in _safely(check, settings, now)]


def _safely(check: "Check", settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        yield from check(settings, now)
    except (JalonError, OSError) as error:
        name = check.__name__.strip("_")
        yield Finding(name, Health.ILL, str(error), _("Réparez d’abord ce qui précède."))


def _database(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    url = database_url()
    refuse_unless_current(url)
    revision = current_revision(url)
    text = _("la base répond, à la version {revision}").format(revision=revision)
    yield Finding("database", Health.WELL, text)


def _clock(settings: Settings, now: datetime) -> Iterator[Finding]:
    if settings.now is not None:
        yield Finding("clock", Health.WARNING, _("JALON_NOW fixe la date"),
                      _("Retirez JALON_NOW : en production, l’horloge seule donne la date."))  # fmt: skip
    with reading() as session:
        last = session.scalar(select(func.max(JournalEntry.at)))
    if last is not None and last > now + timedelta(minutes=5):
        yield Finding("clock", Health.ILL, _("le journal est en avance sur l’horloge"),
                      _("Mettez la machine à l’heure (timedatectl set-ntp true)."))  # fmt: skip
        return
    local = now.astimezone(rules_of().policies.calendar.zone)
    yield Finding(
        "clock", Health.WELL, _("il est {time}").format(time=f"{local:%d/%m/%Y %H:%M %Z}")
    )


def _relay(settings: Settings, _now: datetime) -> Iterator[Finding]:
    relay = Relay.of(settings)
    if relay is None:
        yield Finding("relay", Health.WARNING, _("aucun relais : le courrier reste ici"),
                      _("Donnez JALON_SMTP_HOST, puis JALON_SENDER_ADDRESS."))  # fmt: skip
        return
    try:
        greet(relay)
    except JalonError as error:
        yield Finding("relay", Health.ILL, f"{relay} : {error}",
                      _("Vérifiez JALON_SMTP_HOST, _PORT, _TLS, _USERNAME et _PASSWORD."))  # fmt: skip
    else:
        text = _("{relay} nous répond ({tls})").format(relay=relay, tls=relay.tls)
        yield Finding("relay", Health.WELL, text)


def _outbox(_settings: Settings, now: datetime) -> Iterator[Finding]:
    with reading() as session:
        waits = Message.status.in_((MessageStatus.WAITING, MessageStatus.DEFERRED))
        oldest = session.scalar(select(func.min(Message.due_at)).where(waits))
        held = session.scalar(select(func.count()).where(Message.status == MessageStatus.HELD))
    if held:
        yield Finding("outbox", Health.WARNING, _("messages retenus : {held}").format(held=held),
                      _("« jalon outbox list --status held », puis release ou cancel."))  # fmt: skip
    if oldest is not None and now - oldest > STUCK_MAIL:
        yield Finding("outbox", Health.ILL,
                      _("un message attend depuis le {since}").format(since=f"{oldest:%d/%m/%Y}"),
                      _("« jalon serve » tourne-t-il ? Voyez « jalon outbox list »."))  # fmt: skip
    elif not held:
        yield Finding("outbox", Health.WELL, _("aucun message n’attend trop"))


def _disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    url = database_url()
    places = {settings.backup_folder, settings.catcher_folder}
    places |= {sqlite_path(url).parent} if is_sqlite(url) else set()
    free = min(shutil.disk_usage(_existing(place)).free for place in places)
    health = Health.ILL if free < LITTLE_ROOM else Health.WARNING if free < ROOM else Health.WELL
    text = _("{free} Mo libres").format(free=free // 1_000_000)
    todo = _("Faites de la place, ou baissez JALON_BACKUP_KEEP.")
    yield Finding("disk", health, text, "" if health is Health.WELL else todo)


def _backup(settings: Settings, now: datetime) -> Iterator[Finding]:
    found = made(settings.backup_folder)
    todo = _("Lancez « jalon flow run backup », et gardez « jalon serve » en marche.")
    if not found:
        yield Finding("backup", Health.ILL, _("aucune sauvegarde"), todo)
        return
    age = now - taken_at(found[-1])
    text = _("dernière sauvegarde il y a {hours} h").format(hours=int(age.total_seconds() // 3600))
    late = age > OLD_BACKUP
    yield Finding("backup", Health.ILL if late else Health.WELL, text, todo if late else "")


def _holidays(_settings: Settings, now: datetime) -> Iterator[Finding]:
    year, calendar = civil_date(now).year + HORIZON, rules_of().calendar
    weekdays = (day for day in map(date(year, 1, 1).__add__, _DAYS) if day.weekday() < SATURDAY)
    if all(map(calendar.is_working, weekdays)):
        text = _("jours fériés inconnus en {year}").format(year=year)
        yield Finding("holidays", Health.WARNING, text, _("Mettez Jalon à jour."))
    else:
        text = _("jours fériés connus jusqu’en {year}").format(year=year)
        yield Finding("holidays", Health.WELL, text)


def _secrets(settings: Settings, _now: datetime) -> Iterator[Finding]:
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


Check = Callable[[Settings, datetime], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    _database,
    _clock,
    _relay,
    _outbox,
    _disk,
    _backup,
    _holidays,
    _secrets,
)
