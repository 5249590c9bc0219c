"""The rungs of one obligation on one day: which leave, which are merged into a later one, which are given up."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from config.reminder_policy import Rung
from config.vocabulary import CatchUp
from models.vocabulary import StepFate


class RungTaken(NamedTuple):
    """A rung whose day has come, and what becomes of it."""

    rung: Rung
    fate: StepFate


def rungs_due(
    rungs: Sequence[Rung], effective_on: date, opened_on: date, taken: set[int], today: date
) -> list[RungTaken]:
    """What to do today about an obligation due on `effective_on`, known since `opened_on`.

    `taken` holds the offsets already dealt with for that date. A rung whose day is not after the
    opening never existed: the mail that announced the obligation stands for it. Of several
    that are due at once (nothing ran for a while) the latest leaves, the others follow their
    catch-up policy. Raises nothing.
    """
    due = [
        rung
        for rung in rungs
        if rung.offset not in taken and opened_on < day_of(rung, effective_on) <= today
    ]
    leaving = [r for r in due if not _given_up(r, effective_on, today)]
    return [RungTaken(rung, _fate(rung, leaving)) for rung in due]


def day_of(rung: Rung, effective_on: date) -> date:
    """The day on which a rung is reached; raises nothing."""
    return effective_on + timedelta(days=rung.offset)


def _given_up(rung: Rung, effective_on: date, today: date) -> bool:
    return rung.catch_up is CatchUp.SKIP and day_of(rung, effective_on) < today


def _fate(rung: Rung, leaving: list[Rung]) -> StepFate:
    if rung not in leaving:
        return StepFate.SKIPPED
    if rung is leaving[-1] or rung.catch_up is CatchUp.SEND_LATE:
        return StepFate.SENT
    return StepFate.MERGED
