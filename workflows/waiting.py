"""What waits for one person: late, due this week, due on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from models import Application, Call, Obligation, Organisation
from models.vocabulary import ObligationStatus, Role
from workflows.accounts.sight import Sight
from workflows.whose import Part

SHOWN = 12
COUNTED = 99  # beyond, « plus de 99 » says enough
A_PAGE = 50
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


class Item(NamedTuple):
    """One thing owed, with the application it is about; `days` below zero when late."""

    reference: str
    title: str
    label: str
    about: str
    owner: str
    owed_by: Role
    due: date
    days: int


@dataclass(frozen=True, slots=True)
class Heap:
    """The first of several things, and how many there are in all."""

    items: list[Item]
    count: int

    @property
    def beyond(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > COUNTED


class DueThatDay(NamedTuple):
    """Things due on one day, and the id to go on after; None on the last page."""

    items: list[Item]
    after: int | None


class Owed(NamedTuple):
    """What is late, what is due from today to seven days on, what is due after; what is late with others."""

    late: Heap
    week: Heap
    after: Heap
    others: Heap


def late(session: Session, sight: Sight, whose: list[Part], today: date) -> Heap:
    """What should have been done before today, the oldest first; raises nothing."""
    return _heaps(session, sight, [(whose, (date.min, today))], today)[0]


def all_owed(
    session: Session, sight: Sight, mine: list[Part], others: list[Part], today: date
) -> Owed:
    """What is to do, the most urgent first; raises nothing."""
    then = today + A_WEEK + A_DAY
    windows = [
        (mine, (date.min, today)), (mine, (today, then)), (mine, (then, date.max)),
        (others, (date.min, today)),
    ]  # fmt: skip
    return Owed(*_heaps(session, sight, windows, today))


def nearest(
    session: Session,
    sight: Sight,
    whose: list[Part],
    most: int,
    statuses: Iterable[ObligationStatus] = (ObligationStatus.OPEN,),
) -> list[int]:
    """The ids of so many obligations of these parts that stand so, nearest first; raises nothing."""
    each = [
        _first(sight, part, (date.min, date.max), most, status).subquery()
        for status in statuses
        for part in whose
    ]
    together = union_all(*(select(part.c.effective_on, part.c.id) for part in each)).subquery()
    query = select(together.c.id).order_by(together.c.effective_on, together.c.id).limit(most)
    return list(session.scalars(query))


def due_on(session: Session, sight: Sight, day: date, today: date, after: int = 0) -> DueThatDay:
    """What is due on `day`, a page at a time; raises nothing."""
    which = (Obligation.effective_on == day) & (Obligation.id > after)
    query = (
        select(Obligation, Application, Organisation.name)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
        .where(Obligation.status == ObligationStatus.OPEN, which, sight.of_applications())
    )
    rows = session.execute(query.order_by(Obligation.id).limit(A_PAGE + 1)).all()
    shown = rows[:A_PAGE]
    items = [_item(o, application, name, today) for o, application, name in shown]
    return DueThatDay(items, shown[-1][0].id if len(rows) > A_PAGE else None)


def _heaps(
    session: Session,
    sight: Sight,
    windows: list[tuple[list[Part], tuple[date, date]]],
    today: date,
) -> list[Heap]:
    """The first of each part in each window, put together; no more is read than is shown and counted."""
    parts = [
        (place, _first(sight, part, when).subquery())
        for place, (whose, when) in enumerate(windows)
        for part in whose
    ]
    together = union_all(
        *(select(literal(place), part.c.effective_on, part.c.id) for place, part in parts)
    )
    found: list[list[int]] = [[] for _window in windows]
    for place, _day, key in sorted(tuple(row) for row in session.execute(together)):
        found[place].append(key)
    items = _items(session, [key for keys in found for key in keys[:SHOWN]], today)
    return [Heap([items[key] for key in keys[:SHOWN]], len(keys)) for keys in found]


def _items(session: Session, keys: list[int], today: date) -> dict[int, Item]:
    if not keys:
        return {}
    query = (
        select(Obligation, Application, Organisation.name)
        .join(Application, Application.id == Obligation.application_id)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
        .where(Obligation.id.in_(keys))
    )
    return {
        o.id: _item(o, application, name, today) for o, application, name in session.execute(query)
    }


def _first(
    sight: Sight,
    part: Part,
    when: tuple[date, date],
    most: int = COUNTED + 1,
    status: ObligationStatus = ObligationStatus.OPEN,
) -> Select[date, int]:
    return (
        select(Obligation.effective_on, Obligation.id)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(Obligation.status == status, part.only, sight.of_applications())
        .where(*_dated(part, *when))
        .order_by(Obligation.effective_on, Obligation.id)
        .limit(most)
    )


def _dated(part: Part, since: date, before: date) -> list[ColumnElement[bool]]:
    """Due between these days, said as the index of the part has it: PostgreSQL then uses that one."""
    due = Obligation.effective_on
    if not part.values:
        return [due >= since, due < before]
    here = tuple_(*part.values, due)
    values = [literal(value, column.type) for column, value in part.values.items()]
    exact = [column == value for column, value in part.values.items()]
    return [*exact, here >= tuple_(*values, since), here < tuple_(*values, before)]


def _item(obligation: Obligation, application: Application, owner: str, today: date) -> Item:
    return Item(
        reference=application.reference,
        title=application.title,
        label=_(load_policies().deadlines[obligation.duty].label),
        about=obligation.about,
        owner=owner,
        owed_by=obligation.owed_by,
        due=obligation.effective_on,
        days=(obligation.effective_on - today).days,
    )
