"""The brake on announcements of a call: too many, or unusually many, wait until a person lets them go."""

from collections.abc import Sequence
from datetime import date, datetime
from statistics import median
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Call, CallStep, Contract, Message, Person
from models.errors import BadInput
from models.vocabulary import MessageStatus
from notifications.outbox import owe
from notifications.recipients import managers_of
from notifications.staff_news import BatchHeld
from workflows.call_calendar import years
from workflows.call_news import who_may_apply
from workflows.rules import Rules

NAMED = 20  # readers named in the mail to managers
RELEASED = "released"


class Announcement(NamedTuple):
    """A call whose opening will be announced: on which day, to how many, and why it would wait."""

    day: date
    year: int
    persons: int
    held_because: str


def announcement_name(call_id: int) -> str:
    """What the announcements of a call are called as a batch; raises nothing."""
    return f"call_open:{call_id}"


def coming_announcements(
    session: Session, first: date, last: date, rules: Rules
) -> list[Announcement]:
    """The announcements of these days, as the people known today make them; raises nothing."""
    found = []
    for contract in session.scalars(select(Contract).order_by(Contract.id)).all():
        for year in years(session, contract, first, rules):
            if first <= year.opens_on <= last and (
                many := len(who_may_apply(session, contract.id))
            ):
                because = why_held(session, contract.id, year.year, many, rules)
                found.append(Announcement(year.opens_on, year.year, many, because))
    return found


def why_held(session: Session, contract_id: int, year: int, many: int, rules: Rules) -> str:
    """Why announcements to `many` persons must wait; empty when they need not. Raises nothing."""
    policy = rules.policies.reminders.brake
    if many > policy.most:
        text = _("{count} annonces de l’appel, plus que les {most} permises")
        return text.format(count=many, most=policy.most)
    before = _earlier(session, contract_id, year)
    if not before or many <= max(policy.ordinary, policy.times_usual * median(before)):
        return ""
    return _(
        "{count} annonces de l’appel, plus de {times} fois le nombre habituel ({usual})"
    ).format(count=many, times=policy.times_usual, usual=round(median(before)))


def brake_announcement(
    session: Session, call: Call, mails: Sequence[Message], now: datetime, rules: Rules
) -> int:
    """Hold these announcements when the whole of it is too many; how many wait. Raises nothing."""
    if step_of(session, call, RELEASED) is not None:
        return 0
    many = len(who_may_apply(session, call.contract_id))
    because = why_held(session, call.contract_id, call.year, many, rules)
    waiting = [mail for mail in mails if mail.status is MessageStatus.WAITING]
    if not because or not waiting:
        return 0
    for mail in waiting:
        mail.status, mail.outcome = MessageStatus.HELD, because
    readers: list[Person | None] = [*managers_of(session, call.contract_id)]
    for person in readers or [None]:
        _tell(session, call, waiting, many, because, person, now)
    session.flush()
    return len(waiting)


def release_announcement(session: Session, call: Call, now: datetime) -> list[Message]:
    """Let the announcements of a call go; those composed later leave too. Raises `BadInput` when done."""
    if step_of(session, call, RELEASED) is not None:
        raise BadInput(_("Ce lot a déjà été libéré."))
    step = CallStep(contract_id=call.contract_id, year=call.year, step=RELEASED, done_at=now)
    session.add(step)
    held = select(Message).where(
        Message.key.like(f"{announcement_name(call.id)}:%"),
        Message.status == MessageStatus.HELD,
        Message.outcome == _told(session, call).get("because", ""),
    )
    kept = list(session.scalars(held.order_by(Message.id).with_for_update()))
    for message in kept:
        message.status, message.outcome = MessageStatus.WAITING, ""
    session.flush()
    return kept


def held_announcements(session: Session) -> list[tuple[Call, dict[str, object], datetime | None]]:
    """The calls whose announcements were held, what was said, when they were let go; raises nothing."""
    found = []
    for call in session.scalars(select(Call).order_by(Call.opens_on.desc())).all():
        if told := _told(session, call):
            step = step_of(session, call, RELEASED)
            found.append((call, told, step.done_at if step else None))
    return found


def step_of(session: Session, call: Call, step: str) -> CallStep | None:
    """What the calendar, or a person, did for that call; raises nothing."""
    query = select(CallStep).where(
        CallStep.contract_id == call.contract_id, CallStep.year == call.year, CallStep.step == step
    )
    return session.scalar(query)


def _earlier(session: Session, contract_id: int, year: int) -> list[int]:
    calls = select(Call.id).where(Call.contract_id == contract_id, Call.year < year)
    counts = [
        session.scalar(
            select(func.count()).where(Message.key.like(f"{announcement_name(call_id)}:%"))
        )
        for call_id in session.scalars(calls).all()
    ]
    return [count for count in counts if count]


def _told(session: Session, call: Call) -> dict[str, object]:
    like = Message.key.like(f"batch_held:{announcement_name(call.id)}:%")
    facts = session.scalars(select(Message.facts).where(like).limit(1)).first()
    return facts["context"] if facts else {}


def _tell(session: Session, call: Call, mails: Sequence[Message], many: int, because: str,
          person: Person | None, now: datetime) -> None:  # fmt: skip
    contract = session.get_one(Contract, call.contract_id)
    context = BatchHeld(
        contract_code=contract.code,
        contract_name=contract.name,
        day=call.opens_on,
        digests=many,
        late=0,
        because=because,
        batch=announcement_name(call.id),
        readers=tuple(mail.recipient for mail in mails[:NAMED]),
        hidden_readers=max(0, many - NAMED),
        call=call.year,
    )
    key = f"batch_held:{announcement_name(call.id)}:{person.id if person else 0}"
    owe(session, key=key, template="batch_held", context=context, person=person,
        contract_id=contract.id, now=now)  # fmt: skip
