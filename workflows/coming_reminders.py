"""The reminders of the next days, if nobody does anything: one row a person and a thing owed."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from config.rule import in_words
from notifications.sender import current_sender
from workflows.reached import Reached, Taken, reached_in
from workflows.reminder_book import Book, book_of
from workflows.reminders import Reminder, preview_of
from workflows.rules import Rules, rules_of

DAYS = 30
MOST = 500
AT_A_TIME = 500  # obligations loaded in full


class Coming(NamedTuple):
    """A reminder that would leave: when, to whom, about what, by which rung and rule."""

    day: date
    recipient: str
    instead_of: str
    rung: str
    label: str
    about: str
    due: date
    rule: str
    reference: str
    title: str
    key: str


def coming_reminders(session: Session, contract_id: int, today: date) -> list[Coming]:
    """Those of a contract in the next thirty days, the first ones when there are many; raises nothing.

    What is owed is loaded some at a time, in the order of the first day on which it may be reminded
    of: once enough stands before that of the rest, the rest is not read.
    """
    rules, last = rules_of(), today + timedelta(days=DAYS)
    taken: Taken = defaultdict(set)
    reached = reached_in(session, contract_id, today, last, rules, taken)
    found: list[tuple[Reached, Coming]] = []
    while some := list(islice(reached, AT_A_TIME)):
        if sum(place < some[0] for place, _row in found) >= MOST:
            break
        book = book_of(session, [one.key for one in some], taken)
        found += _of_book(book, today, last, rules)
    found.sort(key=lambda one: one[0])
    return [row for _place, row in found[:MOST]]


def _of_book(book: Book, first: date, last: date, rules: Rules) -> list[tuple[Reached, Coming]]:
    """The rows of these obligations, each with its place among all."""
    return [
        (Reached(day, reminder.obligation.effective_on, reminder.obligation.id), row)
        for day, reminders in preview_of(book, first, last, rules)
        for reminder in reminders
        for row in _rows(day, reminder)
    ]


def _rows(day: date, reminder: Reminder) -> list[Coming]:
    owed, rung = reminder.obligation, reminder.leaving
    if rung is None:
        return []
    return [
        Coming(
            day=day,
            recipient=told.person.email if told.person else current_sender().reply_to,
            instead_of=told.instead_of,
            rung=rung.label,
            label=_(load_policies().deadlines[owed.duty].label),
            about=owed.about,
            due=owed.effective_on,
            rule=in_words(owed.rule),
            reference=owed.application.reference,
            title=owed.application.title,
            key=owed.key,
        )
        for told in reminder.told
    ]
