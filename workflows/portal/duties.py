"""Everything that one person owes, whatever their part, nearest first: what they answer about."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from models import Application, Call, Obligation
from models.vocabulary import ObligationStatus

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


def list_owing(
    session: Session, contract_id: int, whose: ColumnElement[bool], today: date
) -> list[Owing]:
    """The open obligations that `whose` picks (over Obligation and Application); raises nothing."""
    labels = load_policies().deadlines
    rows = session.execute(
        select(Obligation, Application.reference, Application.title)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(Call.contract_id == contract_id, whose, Obligation.status == ObligationStatus.OPEN)
        .order_by(Obligation.effective_on, Obligation.id)
        .limit(AT_MOST)
    )
    return [
        Owing(
            owed.key, reference, title, _(labels[owed.duty].label), owed.about,
            owed.effective_on, (owed.effective_on - today).days,
        )
        for owed, reference, title in rows
    ]  # fmt: skip
