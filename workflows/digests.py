"""One digest per person and day: what the reminders of that day say, put in the outbox once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from models import Contract, Message, ReminderMail, ReminderStep
from models.vocabulary import StepFate
from workflows.brake import hold, note_run
from workflows.deadlines import civil_date
from workflows.digest_mail import Pile, can_be_added_to, digest_key, let_go, owe_digest
from workflows.reminder_book import Book, last_changes, read_book
from workflows.reminders import Reminder, plan
from workflows.rules import Rules

KEYS_AT_A_TIME = 500
Place = tuple[int, date]  # whose digest, of which day


@dataclass(frozen=True, slots=True)
class Composed:
    """What one run wrote: digests in the outbox (how many held), rungs dealt with without a mail.

    `to_team`: agendas and weekly digests that are new.
    """

    digests: int
    reminders: int
    rungs_not_sent: int
    held: int = 0
    to_team: int = 0


def compose_digests(session: Session, now: datetime, rules: Rules) -> Composed:
    """Put in the outbox the digests of today. Running it again the same day owes nothing more.

    Two that run at once queue up, and the second finds nothing to do. Raises `Conflict`
    (through the transaction) should both write all the same: one of them then keeps nothing.
    """
    today = civil_date(now)
    _queue_up(session)
    book = read_book(session, today, rules)
    reminders = plan(book, today, rules)
    reminders = _with_no_digest_yet(session, reminders, today)
    sent = {
        place: owe_digest(session, pile, now)
        for place, pile in _piles(session, book, reminders, today).items()
    }
    _note_steps(session, reminders, sent, today)
    session.flush()
    let_go(session, now)
    held = _brake(session, reminders, list(sent.values()), now, rules) if reminders else 0
    quiet = sum(1 for r in reminders for taken in r.rungs if taken.fate is not StepFate.SENT)
    return Composed(len(sent), sum(1 for r in reminders if r.leaving), quiet, held)


def _brake(
    session: Session, reminders: list[Reminder], mails: list[Message], now: datetime, rules: Rules
) -> int:
    """Hold the mails of this run when they are too many, unusual, or late under changed rules."""
    today = civil_date(now)
    late = sum(1 for r in reminders if r.leaving and any(t.since < today for t in r.rungs))
    run = note_run(session, now, today, rules, digests=len(mails), late=late)
    if not run.held:
        return 0
    hold(session, run, mails, now)
    return len(mails)


def _queue_up(session: Session) -> None:
    """Wait for another composer to end (SQLite does by itself); nobody else's writing waits."""
    session.execute(select(Contract.id).order_by(Contract.id).with_for_update(key_share=True))


def _with_no_digest_yet(session: Session, reminders: list[Reminder], today: date) -> list[Reminder]:
    """Those of which every reader is still without a digest; the others wait for tomorrow's."""
    keys = sorted({digest_key(told.on or today, told.number) for r in reminders for told in r.told})
    composed: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_A_TIME):
        part = Message.key.in_(keys[start : start + KEYS_AT_A_TIME])
        found = session.scalars(select(Message).options(defer(Message.content)).where(part))
        composed |= {message.key for message in found if not can_be_added_to(message)}
    return [
        reminder
        for reminder in reminders
        if not any(digest_key(told.on or today, told.number) in composed for told in reminder.told)
    ]


def _piles(
    session: Session, book: Book, reminders: list[Reminder], today: date
) -> dict[Place, Pile]:
    missed = _missed(session, reminders, today)
    piles: dict[Place, Pile] = {}
    for reminder in reminders:
        for told in reminder.told:
            on = told.on or today
            pile = piles.setdefault(
                (told.number, on), Pile(told.person, on, contacts=book.contacts)
            )
            pile.obligations.append(reminder.obligation)
            pile.owed |= {reminder.obligation.id} if told.owes and not told.instead_of else set()
            pile.instead_of |= dict.fromkeys(filter(None, [told.instead_of]))
            pile.interrupted |= reminder.obligation.id in missed
    return piles


def _missed(session: Session, reminders: list[Reminder], today: date) -> set[int]:
    """Obligations with a rung that should have left on an earlier day: nothing ran then.

    A rung is also late when the date has only just been moved, or the obligation put back; that is
    nobody's failure.
    """
    late = {r.obligation.id: day for r in reminders if (day := _latest_past(r, today))}
    changed = last_changes(session, list(late))
    return {key for key, day in late.items() if changed.get(key, today) < day}


def _latest_past(reminder: Reminder, today: date) -> date | None:
    return max((r.since for r in reminder.rungs if r.since < today), default=None)


def _note_steps(
    session: Session, reminders: list[Reminder], sent: dict[Place, Message], today: date
) -> None:
    for reminder in reminders:
        mails = [sent[told.number, told.on or today].id for told in reminder.told]
        for taken in reminder.rungs:
            left = taken.fate is StepFate.SENT
            session.add(
                ReminderStep(
                    obligation_id=reminder.obligation.id,
                    rung=taken.rung.offset,
                    for_date=reminder.obligation.effective_on,
                    fate=taken.fate,
                    taken_on=today,
                    mails=[ReminderMail(message_id=mail) for mail in mails] if left else [],
                )
            )
