"""How much is due each day: counted up to a hundred, and never among more than a few hundred of others."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models import Application, Call, Obligation
from models.vocabulary import ObligationStatus
from workflows.accounts.sight import Sight, funded_by, led_by

COMING = 14  # days whose duties are counted one by one
COUNTED = 99  # beyond, « 99+ » says enough
LOOKED_AT = 500  # of a day, for who sees some of it: more may be theirs
Query = Select[*tuple[Any, ...]]


class Due(NamedTuple):
    """How many things are due on a day; `beyond`: more are, or may be, which were not counted."""

    on: date
    many: int = 0
    beyond: bool = False

    def __str__(self) -> str:
        return f"{self.many}+" if self.beyond else str(self.many)


def coming_days(session: Session, sight: Sight, today: date) -> list[Due]:
    """How much is due each day from today on, whoever owes it; raises nothing."""
    return due_each_day(session, sight, [today + timedelta(days=n) for n in range(COMING)])


def due_each_day(session: Session, sight: Sight, days: Sequence[date]) -> list[Due]:
    """How much that this person sees is due on each of these days, whoever owes it; raises nothing."""
    own = {} if sight.whole else _own_due(session, sight, days)
    if not sight.whole and not sight.pilots and not sight.funders:
        return [_told(day, own.get(day, 0)) for day in days]
    each = [_some_of(sight, place, day) for place, day in enumerate(days)]
    found = {row[0]: row[1:] for row in session.execute(union_all(*each))}
    most = COUNTED if sight.whole else LOOKED_AT
    return [
        _told(day, theirs + own.get(day, 0), more=looked_at > most)
        for day, (theirs, looked_at) in ((d, found[place]) for place, d in enumerate(days))
    ]


def _told(day: date, count: int, *, more: bool = False) -> Due:
    return Due(day, min(count, COUNTED), more or count > COUNTED)


def _some_of(sight: Sight, place: int, day: date) -> Query:
    """Of the first duties of a day: how many they see, but for their own; how many were looked at."""
    first = (
        select(Obligation.application_id)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(*_open_on(day, day), Call.contract_id == sight.contract_id)
        .limit((COUNTED if sight.whole else LOOKED_AT) + 1)
        .subquery()
    )
    if sight.whole:
        return select(literal(place), func.count(), func.count()).select_from(first)
    seen = or_(
        Application.fiche_id.in_(led_by(sight.pilots)), Application.id.in_(funded_by(sight.funders))
    )
    beside = seen & ~or_(false(), *sight.as_applicant())
    return (
        select(literal(place), func.count().filter(beside), func.count())
        .select_from(first)
        .join(Application, Application.id == first.c.application_id)
    )


def _own_due(session: Session, sight: Sight, days: Sequence[date]) -> dict[date, int]:
    """What is due on their own applications: a few, from which the count starts."""
    own = select(Application.id).where(or_(false(), *sight.as_applicant()))
    query = (
        select(Obligation.effective_on, func.count())
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Obligation.application_id.in_(own),
            *_open_on(min(days), max(days)),
            Call.contract_id == sight.contract_id,
        )
        .group_by(Obligation.effective_on)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _open_on(first: date, last: date) -> list[ColumnElement[bool]]:
    due = Obligation.effective_on
    within = due == first if first == last else due.between(first, last)
    return [Obligation.status == ObligationStatus.OPEN, within]
