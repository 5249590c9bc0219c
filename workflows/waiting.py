"""What waits for one person: late, due this week; and what the mail needs a hand with."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from models import Application, Call, Message, Obligation, Organisation
from models.vocabulary import MessageStatus, ObligationStatus, Role
from workflows.accounts.sight import Sight

SHOWN = 12
COUNTED = 999  # beyond, « plus de 999 » says enough
A_PAGE = 50
A_WEEK = timedelta(days=7)


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


def owed_by_me(sight: Sight, roles: frozenset[Role]) -> ColumnElement[bool]:
    """The obligations that fall to a person of that sight and those roles; raises nothing."""
    mine: list[ColumnElement[bool]] = [false()]
    if {Role.MANAGER, Role.ADMINISTRATOR} & roles:
        mine.append(Obligation.owed_by == Role.MANAGER)
    if sight.pilots:
        theirs = Obligation.organisation_id.in_(sight.pilots)
        mine.append(and_(Obligation.owed_by == Role.PILOT, theirs))
    as_applicant = [Application.contact_id == sight.person_id]
    if sight.applicants:
        as_applicant.append(Application.applicant_id.in_(sight.applicants))
    mine.append(and_(Obligation.owed_by == Role.GRANTEE, or_(*as_applicant)))
    return or_(*mine)


def late(session: Session, sight: Sight, whose: ColumnElement[bool], today: date) -> Heap:
    """What should have been done before today, the oldest first; raises nothing."""
    return _heap(session, sight, whose & (Obligation.effective_on < today), today)


def this_week(session: Session, sight: Sight, whose: ColumnElement[bool], today: date) -> Heap:
    """What is due from today to seven days on; raises nothing."""
    soon = Obligation.effective_on.between(today, today + A_WEEK)
    return _heap(session, sight, whose & soon, today)


def due_on(session: Session, sight: Sight, day: date, today: date, after: int = 0) -> DueThatDay:
    """What is due on `day`, a page at a time; raises nothing."""
    which = (Obligation.effective_on == day) & (Obligation.id > after)
    query = _over(select(Obligation, Application, Organisation.name), sight, which)
    rows = session.execute(query.order_by(Obligation.id).limit(A_PAGE + 1)).all()
    shown = rows[:A_PAGE]
    items = [_item(o, application, name, today) for o, application, name in shown]
    return DueThatDay(items, shown[-1][0].id if len(rows) > A_PAGE else None)


def _heap(session: Session, sight: Sight, which: ColumnElement[bool], today: date) -> Heap:
    query = _over(select(Obligation, Application, Organisation.name), sight, which)
    rows = session.execute(
        query.order_by(Obligation.effective_on, Obligation.id).limit(SHOWN)
    ).all()
    count = len(rows)
    if count == SHOWN:
        some = _over(select(Obligation.id), sight, which).limit(COUNTED + 1).subquery()
        count = session.scalar(select(func.count()).select_from(some)) or 0
    return Heap([_item(o, application, name, today) for o, application, name in rows], count)


def _over(query: Select, sight: Sight, which: ColumnElement[bool]) -> Select:  # type: ignore[type-arg]
    return (
        query.join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
        .where(Obligation.status == ObligationStatus.OPEN, which, sight.of_applications())
    )


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


class MailTrouble(NamedTuple):
    """Mail that needs a person: held back, refused by the address, perhaps sent twice."""

    held: int
    refused: int
    doubtful: int


def mail_trouble(session: Session, contract_id: int) -> MailTrouble:
    """How much mail needs a person; raises nothing."""
    held = Message.status == MessageStatus.HELD
    refused = Message.status == MessageStatus.REFUSED
    counts = session.execute(
        select(
            func.count().filter(held),
            func.count().filter(refused),
            func.count().filter(Message.doubtful),
        ).where(Message.contract_id == contract_id, or_(held, refused, Message.doubtful))
    ).one()
    return MailTrouble(*counts)
