"""What somebody applied for: status, next date, whom to ask."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from config.vocabulary import Duty
from models import Application, Call, CommitteeSession, Obligation
from models.vocabulary import Outcome, Role, State
from notifications.recipients import managers_of
from workflows.obligations import LIVE
from workflows.portal.coming import Followed, coming_of
from workflows.portal.words import Status, status_of

AT_MOST = 200


class Next(NamedTuple):
    """The next thing that the applicant must do: what, about what, until when."""

    key: str
    duty: Duty
    label: str
    about: str
    due: date
    days_left: int


class Mine(NamedTuple):
    """One application of theirs; `number` is its id."""

    number: int
    reference: str
    title: str
    year: int
    state: State
    outcome: Outcome | None
    status: Status
    next: Next | None
    coming: str


class Help(NamedTuple):
    """Somebody to write to."""

    name: str
    email: str


def list_mine(session: Session, visible: ColumnElement[bool], today: date) -> list[Mine]:
    """The applications that `visible` (over Application and Call) picks, the latest first.

    Raises nothing.
    """
    rows = session.execute(
        select(
            Application.id, Application.reference, Application.title, Call.year,
            Application.state, Application.outcome, Application.ends_on, Application.call_id,
            CommitteeSession.held_on,
        )
        .join(Call, Call.id == Application.call_id)
        .outerjoin(CommitteeSession, CommitteeSession.id == Application.session_id)
        .where(visible)
        .order_by(Application.id.desc())
        .limit(AT_MOST)
    ).all()  # fmt: skip
    owed = next_of(session, [row.id for row in rows], today)
    followed = [Followed(r.id, r.call_id, r.state, r.held_on, r.ends_on) for r in rows]
    coming = coming_of(session, followed, today)
    return [
        Mine(
            row.id, row.reference, row.title, row.year, row.state, row.outcome,
            status_of(row.state, row.outcome), owed.get(row.id, [None])[0],
            coming.get(row.id, ""),
        )
        for row in rows
    ]  # fmt: skip


def next_of(session: Session, numbers: Iterable[int], today: date) -> dict[int, list[Next]]:
    """What applicants owe on these applications, the nearest first; raises nothing."""
    labels = load_policies().deadlines
    query = (
        select(Obligation)
        .where(
            Obligation.application_id.in_(list(numbers)),
            Obligation.owed_by == Role.GRANTEE,
            Obligation.status.in_(LIVE),
        )
        .order_by(Obligation.effective_on, Obligation.id)
    )
    found: dict[int, list[Next]] = {}
    for owed in session.scalars(query):
        left = (owed.effective_on - today).days
        label = _(labels[owed.duty].label)
        told = Next(owed.key, owed.duty, label, owed.about, owed.effective_on, left)
        found.setdefault(owed.application_id, []).append(told)
    return found


def help_for(session: Session, contract_id: int) -> list[Help]:
    """Whom to write to about a contract; raises nothing."""
    return [Help(person.name, person.email) for person in managers_of(session, contract_id)]
