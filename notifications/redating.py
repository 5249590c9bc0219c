"""A date moved while mail that states it waits: what leaves says the new one."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from config.i18n import speaking
from models import Application, Message, Obligation, Person
from models.errors import BadInput
from notifications.calendars import calendar_file, events_of
from notifications.catalogue import BY_KEY
from notifications.composing import digest
from notifications.outbox import UNSENT
from notifications.reasons import duty_label
from notifications.recipients import reader_of
from notifications.recomposing import recompose
from notifications.rendering import spoken_language

STATED = frozenset({"due", "check_by", "interim_due", "final_due"})  # fields that say a duty's date


class Moved(NamedTuple):
    """A duty whose date is no longer that of `before`."""

    obligation: Obligation
    before: date
    extended: bool = False  # a mail of its own tells the new date to whoever owes it


def redate(
    session: Session, application: Application, moved: Sequence[Moved], now: datetime
) -> list[Message]:
    """Say the new dates in the mail about this application that has not left; which it is.

    Its key and identifier stay. What asks for a duty that was extended is left to the mail that
    tells of it. Raises nothing.
    """
    if not moved:
        return []
    found = []
    for message in waiting_about(session, application.id):
        theirs = [one for one in moved if _states(message, one)]
        if theirs and _redated(session, application, message, theirs, now):
            found.append(message)
    session.flush()
    return found


def waiting_about(session: Session, application_id: int) -> Sequence[Message]:
    """The mail about an application that has not left; mail being handed over is left alone."""
    query = (
        select(Message)
        .where(Message.application_id == application_id, Message.status.in_(UNSENT))
        .order_by(Message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _states(message: Message, moved: Moved) -> bool:
    asked = message.facts.get("obligations", ())
    number = moved.obligation.id
    if number in asked:
        return not moved.extended
    return number in message.facts.get("states", ())


def _redated(session: Session, application: Application, message: Message,
             moved: Sequence[Moved], now: datetime) -> bool:  # fmt: skip
    person = reader_of(session, message)
    language = spoken_language(person.language if person else "fr")
    context = before = message.facts["context"]
    stated = _of(session, message.facts.get("states") or message.facts.get("obligations", ()))
    for one in moved:
        shared = any(o.effective_on == one.before for o in stated if o.id != one.obligation.id)
        with speaking(language):
            context = _replaced(context, one, alone=not shared)
    dates = {
        str(o.id): f"{o.effective_on}"
        for o in stated
        if str(o.id) in message.facts.get("dates", {})
    }
    if dates:
        message.facts = {**message.facts, "dates": dates}
    if context == before:
        return False
    calendar = _calendar(session, application, message, stated, language, now)
    return reworded(message, context, person, now, calendar=calendar)


def reworded(
    message: Message, context: dict[str, Any], person: Person | None, now: datetime,
    *, calendar: str | None = None,
) -> bool:  # fmt: skip
    """Freeze a context with other dates, leaving as due as before; False for a bad address."""
    said = BY_KEY[message.template].context.model_validate(context)
    try:
        recompose(message, said, person, now, due_at=message.due_at, calendar=calendar)
    except BadInput:  # told when it is to leave
        return False
    return True


def _replaced(value: Any, moved: Moved, *, alone: bool) -> Any:
    """The same data with the new date wherever it is that of this duty."""
    if isinstance(value, list):
        return [_replaced(one, moved, alone=alone) for one in value]
    if not isinstance(value, dict):
        return value
    sure = _is_about(value, moved.obligation)
    ours: Callable[[str, Any], bool] = lambda name, said: (  # noqa: E731
        name in STATED and said == f"{moved.before}" and (alone if sure is None else sure)
    )
    return {
        name: f"{moved.obligation.effective_on}" if ours(name, said)
        else _replaced(said, moved, alone=alone)
        for name, said in value.items()
    }  # fmt: skip


def _is_about(part: dict[str, Any], obligation: Obligation) -> bool | None:
    """Whether a part of a mail speaks of this duty; None when it does not say of which."""
    if set(part) == {"funder", "due"}:
        return bool(part["funder"] == obligation.about)
    if "label" in part and "due" in part:
        return str(part["label"]).startswith(duty_label(obligation))
    return None


def _of(session: Session, numbers: Sequence[int]) -> Sequence[Obligation]:
    return session.scalars(select(Obligation).where(Obligation.id.in_(numbers))).all()


def _calendar(
    session: Session, application: Application, message: Message, stated: Sequence[Obligation],
    language: str, now: datetime,
) -> str | None:  # fmt: skip
    """Its calendar file again, of the same duties."""
    attached = message.facts.get("calendar", "")
    theirs = [o for o in stated if digest(o.key) in attached]
    if not theirs:
        return None
    for obligation in theirs:
        set_committed_value(obligation, "application", application)
    with speaking(language):
        return calendar_file(events_of(session, theirs), now)
