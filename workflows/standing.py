"""Where the reminders of an obligation stand: the next one, what makes it wait, or that all were spent."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from models import Obligation
from models.vocabulary import AnswerKind, ObligationStatus
from workflows.ladder import next_rung
from workflows.reminder_book import Book, book_of
from workflows.reminders import quiet_of
from workflows.rules import Rules


class Standing(NamedTuple):
    """The reminder to come and its day, the last answer while it makes reminders wait.

    `exhausted`: late, and nobody will be written to about it again.
    """

    next_rung: str
    next_reminder: date | None
    answer: str
    waits_until: date | None
    exhausted: bool


def standings(
    session: Session, numbers: Sequence[int], today: date, rules: Rules
) -> dict[int, Standing]:
    """The standing of the obligations of these numbers; raises nothing."""
    book = book_of(session, numbers)
    return {o.id: _standing(book, o, today, rules) for o in book.obligations}


def _standing(book: Book, obligation: Obligation, today: date, rules: Rules) -> Standing:
    quiet = quiet_of(book, obligation, rules)
    found = next_rung(
        rules.policies.reminders.rungs_for(obligation.duty),
        obligation.effective_on,
        obligation.opened_on,
        book.taken.get((obligation.id, obligation.effective_on), set()),
        quiet,
    )
    waits = quiet.answered if quiet.answered > today else None
    last = book.heard.answers.get((obligation.id, obligation.effective_on))
    runs = obligation.status is ObligationStatus.OPEN
    return Standing(
        next_rung=found[0].label if found and runs else "",
        next_reminder=max(found[1], today) if found and runs else None,
        answer=_name(last.kind) if last and waits else "",
        waits_until=waits,
        exhausted=found is None and obligation.effective_on < today and runs,
    )


def _name(kind: AnswerKind) -> str:
    return kind.value
