"""The rungs of one obligation on one day: which leave, which are merged into a later one, which are given up."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from config.reminder_policy import Rung
from config.vocabulary import CatchUp
from models.vocabulary import StepFate


class Quiet(NamedTuple):
    """Days on which an obligation is left alone: reminders go on from the day given, on that day.

    `answered`: every rung waits, after an answer. `in_touch`: those before the date wait, after a
    recent contact with whoever owes.
    """

    answered: date = date.min
    in_touch: date = date.min

    def over_for(self, rung: Rung) -> date:
        """The first day on which this rung may leave; raises nothing."""
        return max(self.answered, self.in_touch) if rung.offset < 0 else self.answered


NEVER = Quiet()


class RungTaken(NamedTuple):
    """A rung whose day has come, what becomes of it, and since when it could have left."""

    rung: Rung
    fate: StepFate
    since: date


def rungs_due(
    rungs: Sequence[Rung],
    effective_on: date,
    opened_on: date,
    taken: set[int],
    today: date,
    quiet: Quiet = NEVER,
) -> list[RungTaken]:
    """What to do today about an obligation due on `effective_on`, known since `opened_on`.

    `taken` holds the offsets already dealt with for that date. A rung whose day is not after the
    opening never existed: the mail that announced the obligation stands for it. Of several
    that are due at once (nothing ran for a while, or an answer made them wait) the latest leaves,
    the others follow their catch-up policy. Raises nothing.
    """
    due = [
        rung
        for rung in _left(rungs, effective_on, opened_on, taken)
        if ready_on(rung, effective_on, quiet) <= today
    ]
    leaving = [r for r in due if not _given_up(r, effective_on, today)]
    return [
        RungTaken(rung, _fate(rung, leaving), ready_on(rung, effective_on, quiet)) for rung in due
    ]


def next_rung(
    rungs: Sequence[Rung],
    effective_on: date,
    opened_on: date,
    taken: set[int],
    quiet: Quiet = NEVER,
) -> tuple[Rung, date] | None:
    """The reminder to come and its day; None when the ladder is at its end. Raises nothing."""
    days = [
        (ready_on(rung, effective_on, quiet), rung)
        for rung in _left(rungs, effective_on, opened_on, taken)
    ]
    if not days:
        return None
    day = min(day for day, _rung in days)
    return [rung for on, rung in days if on == day][-1], day


def day_of(rung: Rung, effective_on: date) -> date:
    """The day on which a rung is reached; raises nothing."""
    return effective_on + timedelta(days=rung.offset)


def ready_on(rung: Rung, effective_on: date, quiet: Quiet) -> date:
    """The day on which a rung may leave: its own, or the end of what makes it wait; raises nothing."""
    return max(day_of(rung, effective_on), quiet.over_for(rung))


def _left(
    rungs: Iterable[Rung], effective_on: date, opened_on: date, taken: set[int]
) -> Iterable[Rung]:
    return (
        rung
        for rung in rungs
        if rung.offset not in taken and opened_on < day_of(rung, effective_on)
    )


def _given_up(rung: Rung, effective_on: date, today: date) -> bool:
    return rung.catch_up is CatchUp.SKIP and day_of(rung, effective_on) < today


def _fate(rung: Rung, leaving: list[Rung]) -> StepFate:
    if rung not in leaving:
        return StepFate.SKIPPED
    if rung is leaving[-1] or rung.catch_up is CatchUp.SEND_LATE:
        return StepFate.SENT
    return StepFate.MERGED
