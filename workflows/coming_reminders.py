"""The reminders of the next days, if nobody does anything: one row a person and a thing owed."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from config.rule import in_words
from notifications.sender import current_sender
from workflows.reminders import Reminder, preview
from workflows.rules import rules_of

DAYS = 30
MOST = 500


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


def coming_reminders(session: Session, today: date) -> list[Coming]:
    """Those of the next thirty days, the first ones when there are many; raises nothing."""
    found: list[Coming] = []
    for day, reminders in preview(session, today, today + timedelta(days=DAYS), rules_of()):
        for reminder in reminders:
            found += _rows(day, reminder)
        if len(found) >= MOST:
            return found[:MOST]
    return found


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
