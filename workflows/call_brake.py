"""The brake on announcements of a call: too many, or unusually many, wait until a person lets them go."""

from collections.abc import Sequence
from datetime import date, datetime
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
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
BATCH_HELD = text("message.template = 'batch_held'")  # as the partial index says


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


def held_announcements(
    session: Session, contract_id: int | None = None
) -> list[tuple[Call, dict[str, Any], datetime | None]]:
    """The calls whose announcements were held, what was said, when they were let go; raises nothing.

    Those of one contract, or of all. Few mails say so, and an index holds them alone.
    """
    said = select(Message.facts).where(BATCH_HELD, Message.key.like("batch_held:call_open:%"))
    if contract_id is not None:
        said = said.where(Message.contract_id == contract_id)
    told = {facts["context"]["batch"]: facts["context"] for facts in session.scalars(said)}
    if not told:
        return []
    released = (CallStep.contract_id == Call.contract_id) & (CallStep.year == Call.year)
    query = (
        select(Call, CallStep.done_at)
        .outerjoin(CallStep, released & (CallStep.step == RELEASED))
        .where(Call.id.in_([int(name.rpartition(":")[2]) for name in told]))
        .order_by(Call.opens_on.desc(), Call.id)
    )
    found = session.execute(query).all()
    return [(call, told[announcement_name(call.id)], done_at) for call, done_at in found]


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


def _told(session: Session, call: Call) -> dict[str, Any]:
    held = held_announcements(session, call.contract_id)
    return next((told for one, told, _released in held if one.id == call.id), {})


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
