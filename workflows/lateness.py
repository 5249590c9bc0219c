"""Obligations whose date went by: noted once in the journal, and once more when their ladder ends.

Nobody is written to here: that is the ladder's part. The journal proves when an obligation fell
late, and tells programs that listen (webhooks) as it tells people.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, exists, literal_column, or_, select, text
from sqlalchemy.orm import Session, joinedload

from config.vocabulary import Duty
from models import Application, Obligation, ObligationAlert
from models.errors import Conflict
from models.session import reading, transaction
from models.vocabulary import Act, AlertKind, Role
from workflows.deadlines import civil_date
from workflows.journal import By, record
from workflows.pages import Place, Row, Rows, page
from workflows.rules import Rules

OPEN = text("obligation.status = 'open'")  # as the partial index says: a closed past costs nothing
PLACE = Place.of("obligation", "effective_on")
ACTS = {AlertKind.LATE: Act.NOTE_LATE, AlertKind.ESCALATED: Act.ESCALATE}


def fallen_late(
    now: datetime,
    kind: AlertKind,
    after: Row | None = None,
    *,
    rules: Rules,
    url: str | None = None,
) -> Rows:
    """The next obligations to note: day, id, application; raises `Unavailable`."""
    columns: Any = (*PLACE, literal_column("obligation.application_id"))
    query = select(*columns).select_from(Obligation).where(*_to_note(kind, civil_date(now), rules))
    with reading(url) as session:
        return page(session, query, PLACE, after)


def note_late(
    found: Rows, now: datetime, kind: AlertKind, *, rules: Rules, url: str | None = None
) -> int:
    """Note these, one transaction per application; how many were noted by this call.

    One that somebody is changing is left to the next run. Raises `Unavailable`.
    """
    noted = 0
    for application_id in dict.fromkeys(application for _day, _id, application in found):
        try:
            with transaction(url) as session:
                many = _note(session, application_id, now, kind, rules)
        except Conflict:
            continue
        noted += many
    return noted


def _note(
    session: Session, application_id: int, now: datetime, kind: AlertKind, rules: Rules
) -> int:
    to_note = _to_note(kind, civil_date(now), rules)
    query = select(Obligation).where(Obligation.application_id == application_id, *to_note)
    late = session.scalars(query.order_by(Obligation.id)).all()
    if not late:
        return 0  # another run was quicker, or it was met meanwhile
    one = [joinedload(Application.call)]
    application = session.get_one(Application, application_id, options=one)
    entry = record(
        session,
        application.call.contract_id,
        ACTS[kind],
        By(Role.SYSTEM),
        now,
        application=application,
        facts={"obligations": [o.key for o in late]},
    )
    session.add_all(
        ObligationAlert(obligation_id=o.id, entry=entry, kind=kind, for_date=o.effective_on)
        for o in late
    )
    return len(late)


def _to_note(kind: AlertKind, today: date, rules: Rules) -> list[ColumnElement[bool] | TextClause]:
    known = exists().where(
        ObligationAlert.obligation_id == Obligation.id,
        ObligationAlert.for_date == Obligation.effective_on,
        ObligationAlert.kind == kind,
    )
    return [OPEN, Obligation.effective_on < today, _gone_by(kind, today, rules), ~known]


def _gone_by(kind: AlertKind, today: date, rules: Rules) -> ColumnElement[bool]:
    """Late once the date went by; escalated from the last rung after it on, duty by duty."""
    if kind is AlertKind.LATE:
        return Obligation.effective_on < today
    return or_(
        *(
            and_(Obligation.duty == duty, Obligation.effective_on <= today - timedelta(days=last))
            for duty, last in _last_rungs(rules)
        )
    )


def _last_rungs(rules: Rules) -> Iterator[tuple[Duty, int]]:
    for duty in Duty:
        last = max(rung.offset for rung in rules.policies.reminders.rungs_for(duty))
        if last > 0:
            yield duty, last
