"""What waits for one person: late, due this week, due on a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from models import Application, Call, Obligation, Organisation
from models.vocabulary import ObligationStatus, Role
from workflows.accounts.sight import Sight

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


class Part(NamedTuple):
    """Some obligations, of one index: those that have these values in its columns, narrowed by `only`."""

    values: dict[Any, Role | int]
    only: ColumnElement[bool]


def owed_by_me(sight: Sight, roles: frozenset[Role]) -> list[Part]:
    """The obligations that fall to a person of that sight and those roles; raises nothing."""
    parts = []
    if {Role.MANAGER, Role.ADMINISTRATOR} & roles:
        parts.append(Part({Obligation.owed_by: Role.MANAGER}, true()))
    for organisation in sorted(sight.pilots):
        as_pilot: dict[Any, Role | int] = {
            Obligation.organisation_id: organisation,
            Obligation.owed_by: Role.PILOT,
        }
        parts.append(Part(as_pilot, true()))
    own = Obligation.application_id.in_(_own(sight))
    return [*parts, Part({}, and_(Obligation.owed_by == Role.GRANTEE, own))]


def owed_by_others(sight: Sight) -> list[Part]:
    """What falls to pilots and applicants, but for a manager's own applications; raises nothing."""
    not_mine = Obligation.application_id.not_in(_own(sight))
    return [
        Part({Obligation.owed_by: Role.PILOT}, true()),
        Part({Obligation.owed_by: Role.GRANTEE}, not_mine),
    ]


def any_of(parts: list[Part]) -> ColumnElement[bool]:
    """All of these as one condition, for a query that asks for little anyway; raises nothing."""
    conditions = (
        and_(part.only, *(column == value for column, value in part.values.items()))
        for part in parts
    )
    return or_(*conditions)


def _own(sight: Sight) -> Select[int]:
    as_applicant = [Application.contact_id == sight.person_id]
    if sight.applicants:
        as_applicant.append(Application.applicant_id.in_(sight.applicants))
    return select(Application.id).where(or_(*as_applicant))


def late(session: Session, sight: Sight, whose: list[Part], today: date) -> Heap:
    """What should have been done before today, the oldest first; raises nothing."""
    return _heap(session, sight, whose, (date.min, today), today)


def this_week(session: Session, sight: Sight, whose: list[Part], today: date) -> Heap:
    """What is due from today to seven days on; raises nothing."""
    return _heap(session, sight, whose, (today, today + A_WEEK + A_DAY), today)


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


def _heap(
    session: Session, sight: Sight, whose: list[Part], when: tuple[date, date], today: date
) -> Heap:
    """The first of each part, put together; no more is read than is shown and counted."""
    parts = [_first(sight, part, when).subquery() for part in whose]
    together = union_all(*(select(part.c.effective_on, part.c.id) for part in parts))
    found = sorted(tuple(row) for row in session.execute(together))
    if not found:
        return Heap([], 0)
    query = (
        select(Obligation, Application, Organisation.name)
        .join(Application, Application.id == Obligation.application_id)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
        .where(Obligation.id.in_([key for _day, key in found[:SHOWN]]))
        .order_by(Obligation.effective_on, Obligation.id)
    )
    rows = session.execute(query)
    return Heap([_item(o, application, name, today) for o, application, name in rows], len(found))


def _first(sight: Sight, part: Part, when: tuple[date, date]) -> Select[date, int]:
    return (
        select(Obligation.effective_on, Obligation.id)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(Obligation.status == ObligationStatus.OPEN, part.only, sight.of_applications())
        .where(*_dated(part, *when))
        .order_by(Obligation.effective_on, Obligation.id)
        .limit(COUNTED + 1)
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
