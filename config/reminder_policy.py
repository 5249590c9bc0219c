"""`reminders.yaml` as values: the ladder of reminders around the date of what is owed."""

import hashlib
import re
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from config.deadline_policy import Policy, each_once
from config.i18n import gettext as _
from config.vocabulary import Audience, CatchUp, Duty, Weekday


def _days_from_due(offset: object) -> object:
    """-30 out of « J-30 »; anything else is left to pydantic or refused."""
    if not isinstance(offset, str):
        return offset
    found = re.fullmatch(r"J([+-][0-9]{1,3})?", offset)
    if found is None:
        raise ValueError(
            _("échelon « {offset} » illisible, attendu : « J-30 », « J » ou « J+3 »").format(
                offset=offset
            )
        )
    return int(found[1] or 0)


class Rung(Policy):
    """One reminder: so many days from the effective date (below zero: before), to whom."""

    offset: Annotated[int, BeforeValidator(_days_from_due)] = Field(ge=-366, le=366)
    audience: Annotated[tuple[Audience, ...], Field(min_length=1), AfterValidator(each_once)]
    catch_up: CatchUp

    @property
    def label(self) -> str:
        """« J-30 », « J », « J+3 »: how a person names it, and its name in unique keys."""
        return f"J{self.offset:+d}" if self.offset else "J"


def _climbs(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    for before, after in pairwise(rungs):
        if before.offset == after.offset:
            raise ValueError(
                _("échelon {rung} écrit deux fois, attendu : une seule fois").format(
                    rung=after.label
                )
            )
        if before.offset > after.offset:
            raise ValueError(
                _(
                    "échelon {after} placé après {before}, attendu : du plus tôt au plus tard"
                ).format(after=after.label, before=before.label)
            )
    return rungs


Ladder = Annotated[tuple[Rung, ...], Field(min_length=1), AfterValidator(_climbs)]


class Answer(Policy):
    """What an answer of whoever owes is worth: so many days without a reminder, so many times."""

    pause_days: int = Field(ge=1, le=90)
    most: int = Field(ge=1, le=10)


class Answers(Policy):
    """How long reminders wait for « je m’en occupe », « délai demandé » and a manager's snooze."""

    taken_care_of: Answer = Answer(pause_days=7, most=2)
    delay_asked: Answer = Answer(pause_days=10, most=2)
    longest_snooze_days: int = Field(default=60, ge=1, le=366)


class Brake(Policy):
    """Which run of reminders waits for a person: one too big, one unusually big.

    `most`: more digests than this. `times_usual`: as many times the median of the last `runs`
    runs, unless there are no more than `ordinary` digests.
    """

    most: int = Field(default=500, ge=1)
    times_usual: int = Field(default=3, ge=1, le=100)
    ordinary: int = Field(default=120, ge=0)
    runs: int = Field(default=30, ge=1, le=366)


class Reminders(Policy):
    """`reminders.yaml`: the ladder of reminders, and those kinds that have one of their own."""

    grace_days: int = Field(default=5, ge=0, le=60)
    answers: Answers = Answers()
    brake: Brake = Brake()
    agenda_days_before: int = Field(default=7, ge=1, le=60)
    staff_digest_on: Weekday = Weekday.MONDAY
    default: Ladder
    by_kind: dict[Duty, Ladder] = Field(default_factory=dict)

    def rungs_for(self, duty: Duty) -> tuple[Rung, ...]:
        return self.by_kind.get(duty, self.default)

    def fingerprint(self) -> str:
        """What tells one set of rules from another: it changes when any of them does."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
