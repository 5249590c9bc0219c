"""The works of the clock: is each done in time, the backup too, and are the holidays known far ahead."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from config.i18n import gettext as _
from config.settings import Settings
from workflows.backups import made, taken_at
from workflows.deadlines import civil_date
from workflows.findings import Finding, Health, judged
from workflows.rules import rules_of
from workflows.vitals import Pulse, vitals

OLD_BACKUP = timedelta(hours=26)
HORIZON = 3  # years ahead for which deadlines are counted today
SATURDAY = 5
_DAYS = [timedelta(days=number) for number in range(365)]


def schedule(_settings: Settings, now: datetime) -> Iterator[Finding]:
    """When each work last went well, whichever machine did it; raises `Unavailable`."""
    pulses = vitals(now).pulses
    ill = [(name, pulse) for name, pulse in pulses.items() if pulse.trouble or pulse.overdue]
    for name, pulse in sorted(ill, key=lambda one: not one[1].trouble):  # causes before effects
        yield Finding("schedule", Health.ILL, _in_words(name, pulse), _(
            "« jalon flow run {name} » dit ce qui l’empêche ; puis voyez si « jalon serve » ou"
            " « jalon worker » tourne.").format(name=name))  # fmt: skip
    never = [name for name, pulse in pulses.items() if pulse.age is None and not pulse.trouble]
    if never:
        text = _("jamais lancés : {names}").format(names=", ".join(never))
        yield Finding("schedule", Health.WARNING, text,
                      _("Gardez « jalon serve » ou « jalon worker » en marche."))  # fmt: skip
    elif not ill:
        yield Finding("schedule", Health.WELL, _("chaque traitement est passé à son heure"))


def _in_words(name: str, pulse: Pulse) -> str:
    if pulse.trouble:
        return _("{name} a échoué : {trouble}").format(name=name, trouble=pulse.trouble)
    hours = int((pulse.age or timedelta(0)).total_seconds() // 3600)
    return _("{name} n’est pas passé depuis {hours} h").format(name=name, hours=hours)


def backup(settings: Settings, now: datetime) -> Iterator[Finding]:
    """How old the latest in the folder is; raises nothing."""
    found = made(settings.backup_folder)
    todo = _("Lancez « jalon flow run backup », et gardez « jalon serve » en marche.")
    if not found:
        yield Finding("backup", Health.ILL, _("aucune sauvegarde"), todo)
        return
    age = now - taken_at(found[-1])
    text = _("dernière sauvegarde il y a {hours} h").format(hours=int(age.total_seconds() // 3600))
    yield judged("backup", Health.ILL if age > OLD_BACKUP else Health.WELL, text, todo)


def holidays(_settings: Settings, now: datetime) -> Iterator[Finding]:
    """Are those of the years that deadlines reach already known; raises nothing."""
    year, calendar = civil_date(now).year + HORIZON, rules_of().calendar
    weekdays = (day for day in map(date(year, 1, 1).__add__, _DAYS) if day.weekday() < SATURDAY)
    if all(map(calendar.is_working, weekdays)):
        text = _("jours fériés inconnus en {year}").format(year=year)
        yield Finding("holidays", Health.WARNING, text, _("Mettez Jalon à jour."))
    else:
        text = _("jours fériés connus jusqu’en {year}").format(year=year)
        yield Finding("holidays", Health.WELL, text)
