"""Which obligations call for a reminder on a given day, and to whom: computed, never scheduled.

`plan()` only reads; `workflows/digests.py` writes what it announces. So the next
thirty days can be shown without sending anything, and a lost or doubled tick
changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from config.reminder_policy import Rung
from config.vocabulary import Audience
from models import Obligation
from models.vocabulary import StepFate
from workflows.audiences import Told, told_of
from workflows.ladder import Quiet, RungTaken, rungs_due
from workflows.reminder_book import Book, read_book
from workflows.rules import Rules
from workflows.weekly import leaves_on


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one obligation calls for today: the rungs reached, and who is told."""

    obligation: Obligation
    rungs: list[RungTaken]
    told: list[Told]

    @property
    def leaving(self) -> Rung | None:
        """The rung that gives its name to the reminder; None when none leaves."""
        sent = [taken.rung for taken in self.rungs if taken.fate is StepFate.SENT]
        return sent[-1] if sent else None


def plan(book: Book, today: date, rules: Rules) -> list[Reminder]:
    """The reminders of `today`, rungs without a leaving one included; raises nothing."""
    return [reminder for o in book.obligations if (reminder := _reminder(book, o, today, rules))]


def preview(
    session: Session, start: date, end: date, rules: Rules
) -> Iterator[tuple[date, list[Reminder]]]:
    """Day by day, what would be sent if nobody did anything; sends nothing, raises nothing."""
    yield from preview_of(read_book(session, end, rules), start, end, rules)


def preview_of(
    book: Book, start: date, end: date, rules: Rules
) -> Iterator[tuple[date, list[Reminder]]]:
    """The same, of the obligations of `book`, which is used up; raises nothing."""
    waiting: list[Reminder] = []
    day = start
    while day <= end:
        reminders = plan(book, day, rules)
        note_taken(book, reminders)
        waiting += [reminder for reminder in reminders if reminder.leaving]
        yield day, [found for reminder in waiting if (found := _of_the_day(reminder, day))]
        waiting = [r for r in waiting if any(one.on and one.on > day for one in r.told)]
        day += timedelta(days=1)


def _of_the_day(reminder: Reminder, day: date) -> Reminder | None:
    """What of a reminder is read that day: for who wants one mail a week it may be a later one."""
    told = [one for one in reminder.told if one.on == day]
    return replace(reminder, told=told) if told else None


def note_taken(book: Book, reminders: Iterable[Reminder]) -> None:
    """Remember, in `book` alone, that these rungs are dealt with; raises nothing."""
    for reminder in reminders:
        key = (reminder.obligation.id, reminder.obligation.effective_on)
        book.taken[key] |= {taken.rung.offset for taken in reminder.rungs}


def quiet_of(book: Book, obligation: Obligation, rules: Rules) -> Quiet:
    """The days on which an obligation is left alone; raises nothing."""
    owners = [told.number for told in told_of(book, obligation, [Audience.OWNER])]
    return book.heard.quiet(obligation, owners, rules.policies.reminders.grace_days)


def _reminder(book: Book, obligation: Obligation, today: date, rules: Rules) -> Reminder | None:
    rungs = rungs_due(
        rules.policies.reminders.rungs_for(obligation.duty),
        obligation.effective_on,
        obligation.opened_on,
        book.taken[obligation.id, obligation.effective_on],
        today,
        quiet_of(book, obligation, rules),
    )
    if not rungs:
        return None
    audiences = [a for t in rungs if t.fate is StepFate.SENT for a in t.rung.audience]
    told = [
        one._replace(on=leaves_on(obligation.effective_on, today, weekly=one.number in book.weekly))
        for one in told_of(book, obligation, audiences)
    ]
    return Reminder(obligation, rungs, told)
