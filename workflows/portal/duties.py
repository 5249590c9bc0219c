"""Everything that one person owes, whatever their part, nearest first: what they answer about."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from models import Application, Obligation
from workflows.accounts.sight import Sight
from workflows.waiting import nearest
from workflows.whose import Part

AT_MOST = 100


class Owing(NamedTuple):
    """One thing owed; `days_left` is below zero when it is late."""

    key: str
    reference: str
    title: str
    label: str
    about: str
    due: date
    days_left: int


def list_owing(session: Session, sight: Sight, whose: list[Part], today: date) -> list[Owing]:
    """The open obligations of these parts, nearest first, a hundred at most; raises nothing."""
    labels = load_policies().deadlines
    rows = session.execute(
        select(Obligation, Application.reference, Application.title)
        .join(Application, Application.id == Obligation.application_id)
        .where(Obligation.id.in_(nearest(session, sight, whose, AT_MOST)))
        .order_by(Obligation.effective_on, Obligation.id)
    )
    return [
        Owing(
            owed.key, reference, title, _(labels[owed.duty].label), owed.about,
            owed.effective_on, (owed.effective_on - today).days,
        )
        for owed, reference, title in rows
    ]  # fmt: skip
