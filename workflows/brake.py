"""The brake on reminders: a run too big, unusual, or late under changed rules waits for a person."""

from collections.abc import Sequence
from datetime import date, datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.reminder_policy import Brake
from models import Message, Person, ReminderRun
from models.vocabulary import MessageStatus
from notifications.formats import short_day
from notifications.outbox import owe
from notifications.recipients import managers_of
from notifications.staff_news import BatchHeld
from workflows.rules import Rules

ENOUGH = 5  # runs, before one can be called unusual
NAMED = 20  # readers named in the mail to managers


def batch_name(day: date) -> str:
    """What a run is called, and how the keys of its mail begin: « digest:2021-06-23 »; raises nothing."""
    return f"digest:{day}"


def note_run(
    session: Session, now: datetime, day: date, rules: Rules, *, digests: int, late: int
) -> ReminderRun:
    """Write down what the run of this day makes, and whether it must wait; raises nothing.

    A second run of the same day adds to the first one, and shares its fate.
    """
    run = session.scalar(select(ReminderRun).where(ReminderRun.day == day))
    if run is None:
        run = ReminderRun(
            day=day, at=now, rules=rules.policies.reminders.fingerprint(), digests=0, late=0
        )
        run.held_because = _why(session, run, rules, digests, late)
        session.add(run)
    elif not run.held_because:
        run.held_because = _why(session, run, rules, run.digests + digests, late)
    run.digests, run.late = run.digests + digests, run.late + late
    session.flush()
    return run


def _why(session: Session, run: ReminderRun, rules: Rules, digests: int, late: int) -> str:
    """Why this run must wait for a person; empty when it need not."""
    policy = rules.policies.reminders.brake
    before = session.scalars(
        select(ReminderRun)
        .where(ReminderRun.day < run.day, ReminderRun.digests > 0)
        .order_by(ReminderRun.day.desc())
        .limit(policy.runs)
    ).all()
    if digests > policy.most:
        return _("{digests} récapitulatifs, plus que les {most} permis").format(
            digests=digests, most=policy.most
        )
    if digests and late and before and before[0].rules != run.rules:
        return _(
            "les règles de rappel ont changé depuis le {day}, et {late} rappels de jours passés"
            " partiraient d’un coup"
        ).format(day=short_day(before[0].day), late=late)
    return _unusual(policy, [known.digests for known in before], digests)


def _unusual(policy: Brake, before: Sequence[int], digests: int) -> str:
    if len(before) < ENOUGH or digests <= policy.ordinary:
        return ""
    usual = median(before)
    if digests <= policy.times_usual * usual:
        return ""
    return _("{digests} récapitulatifs, plus de {times} fois le nombre habituel ({usual})").format(
        digests=digests, times=policy.times_usual, usual=round(usual)
    )


def hold(session: Session, run: ReminderRun, mails: Sequence[Message], now: datetime) -> None:
    """Keep the mails of a run back, and tell the managers of each contract why; raises nothing."""
    ours = f"{batch_name(run.day)}:"  # not those that wait for another day anyway
    kept = [m for m in mails if m.status is MessageStatus.WAITING and m.key.startswith(ours)]
    for mail in kept:
        mail.status, mail.outcome = MessageStatus.HELD, run.held_because
    for contract_id in sorted({mail.contract_id for mail in kept}):
        theirs = [mail for mail in kept if mail.contract_id == contract_id]
        readers: list[Person | None] = [*managers_of(session, contract_id)]
        for person in readers or [None]:
            _tell(session, run, theirs, person, now)


def _tell(
    session: Session,
    run: ReminderRun,
    mails: Sequence[Message],
    person: Person | None,
    now: datetime,
) -> None:
    about = mails[0].facts["context"]
    context = BatchHeld(
        contract_code=about["contract_code"],
        contract_name=about["contract_name"],
        day=run.day,
        digests=len(mails),
        late=run.late,
        because=run.held_because,
        batch=batch_name(run.day),
        readers=tuple(mail.recipient for mail in mails[:NAMED]),
        hidden_readers=len(mails[NAMED:]),
    )
    owe(
        session,
        key=f"batch_held:{run.day}:{mails[0].contract_id}:{person.id if person else 0}",
        template="batch_held",
        context=context,
        person=person,
        contract_id=mails[0].contract_id,
        now=now,
    )
