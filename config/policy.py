"""The policies that Jalon applies, held as data: deadlines, reminders, calendars, hours."""

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from config.call_policy import Calls
from config.deadline_policy import DeadlinePolicy, Deadlines, Policy, Source, Threshold, each_once
from config.errors import ConfigError, ConfigProblem
from config.i18n import gettext as _
from config.mail_policy import Mail
from config.reminder_policy import Reminders, Rung
from config.schedule_policy import Schedule
from config.vocabulary import Weekday
from config.yaml_source import Model, load_yaml

__all__ = [
    "Calendar",
    "DeadlinePolicy",
    "Deadlines",
    "Policies",
    "Reminders",
    "Rung",
    "Source",
    "Threshold",
    "load_policies",
]

SHIPPED = Path(__file__).parent / "policies"
FILES = (
    "deadlines.yaml",
    "reminders.yaml",
    "calendar.yaml",
    "calls.yaml",
    "schedule.yaml",
    "mail.yaml",
)


class Calendar(Policy):
    """`calendar.yaml`: which days are worked, and in which zone a civil day begins and ends."""

    zone: ZoneInfo
    country: str = Field(pattern="^[A-Z]{2}$")
    subdivision: str | None = None
    working_days: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(each_once)]
    extra_closed_days: Annotated[tuple[date, ...], AfterValidator(each_once)] = ()


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that `config/policies/` holds."""

    deadlines: Deadlines
    reminders: Reminders
    calendar: Calendar
    calls: Calls
    schedule: Schedule
    mail: Mail


def load_policies(folder: Path | None = None) -> Policies:
    """The policies of `folder`, the shipped file standing in for any that it lacks.

    Without a folder, that of `JALON_POLICIES`, or the shipped one; each folder is read once.
    Raises ConfigError, which names every fault of
    every file, a folder that does not exist, or a file that is not one of these.
    """
    named = os.environ.get("JALON_POLICIES")
    return _load(folder or (Path(named) if named else SHIPPED))


@cache
def _load(folder: Path) -> Policies:
    problems = _misplaced(folder)

    def read(name: str, model: type[Model]) -> Model | None:
        try:
            return load_yaml(folder / name if (folder / name).exists() else SHIPPED / name, model)
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    deadlines, reminders = read("deadlines.yaml", Deadlines), read("reminders.yaml", Reminders)
    calendar = read("calendar.yaml", Calendar)
    calls, schedule = read("calls.yaml", Calls), read("schedule.yaml", Schedule)
    mail = read("mail.yaml", Mail)
    if deadlines and reminders and calendar and calls and schedule and mail and not problems:
        return Policies(deadlines, reminders, calendar, calls, schedule, mail)
    raise ConfigError(problems)


def _misplaced(folder: Path) -> list[ConfigProblem]:
    if not folder.is_dir():
        text = _("dossier introuvable, attendu : un dossier avec {files}")
        return [ConfigProblem(text.format(files=", ".join(FILES)), str(folder))]
    text = _("fichier inconnu, attendu : {files}").format(files=", ".join(FILES))
    strays = (p for p in sorted(folder.iterdir()) if p.suffix in {".yaml", ".yml"})
    return [ConfigProblem(text, stray.name) for stray in strays if stray.name not in FILES]
