"""What happened to an application, what is owed on it; and all that is owed that the caller may see."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import BigInteger, ColumnElement, Date, and_, literal, select, true, tuple_
from starlette.requests import Request

from config.i18n import gettext as _
from config.policy import load_policies
from models import Application, Call, Obligation, Organisation
from models.session import reading
from models.vocabulary import ObligationStatus, Role, State
from web.api.credentials import caller_of
from web.api.cursors import cursor_after, place_in
from web.api.fields import Cursor, Given, Limit, Reference, Told
from web.api.found import found, is_inside
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import now_of, settings_of
from workflows.applications.showing import journal_of
from workflows.deadlines import civil_date
from workflows.obligations import LIVE
from workflows.waiting import nearest
from workflows.whose import Part

PLACE = tuple_(Obligation.effective_on, Obligation.id)
router = APIRouter(tags=["history"], route_class=ApiRoute)


class EntryOut(Told):
    """One thing that happened. `words` and `person` are for those who examine the application."""

    seq: int
    at: datetime
    action: str = Field(examples=["award"])
    from_: State | None = Field(serialization_alias="from")
    to: State | None
    role: Role
    person: str | None
    words: str | None


class Journal(Told):
    """Everything that happened to an application, in order."""

    reference: str
    entries: list[EntryOut]


class ObligationOut(Told):
    """Something owed: by whom, by which rule, for when. `days_left` is below zero when it is late."""

    key: str
    reference: str
    duty: str
    label: str
    owed_by: Role
    organisation: str
    about: str
    rule: str
    nominal: date
    due: date
    days_left: int
    status: ObligationStatus


class ObligationPage(Told):
    """Some obligations, the nearest first; `next` is null on the last page."""

    items: list[ObligationOut]
    next: str | None


class Due(Given):
    """Which obligations; those that run, whoever owes them, without any."""

    late: bool = Field(False, description="Only those whose day has passed.")
    owed_by: Role | None = None
    cursor: Cursor = None
    limit: Limit = 50


@router.get("/applications/{reference}/journal", name="api_journal", responses=responses(404))
def journal(request: Request, reference: Reference) -> Journal:
    """The journal of an application."""
    caller = caller_of(request)
    with reading(settings_of(request).database_url) as session:
        one = found(session, caller, reference)
        inside = is_inside(caller, one)
        entries = [
            EntryOut(
                seq=event.seq,
                at=event.at,
                action=event.action,
                from_=event.source,
                to=event.dest,
                role=event.role,
                person=event.person if inside else None,
                words=event.words if inside else None,
            )
            for event in journal_of(session, one)
        ]
        return Journal(reference=one.reference, entries=entries)


@router.get(
    "/applications/{reference}/obligations", name="api_application_due", responses=responses(404)
)
def application_due(request: Request, reference: Reference) -> list[ObligationOut]:
    """Everything owed on an application, met and cancelled ones too."""
    caller, today = caller_of(request), civil_date(now_of(request))
    with reading(settings_of(request).database_url) as session:
        one = found(session, caller, reference)
        query = _owed().where(Obligation.application_id == one.id)
        if not is_inside(caller, one):
            query = query.where(Obligation.owed_by == Role.GRANTEE)
        rows = session.execute(query.order_by(Obligation.effective_on, Obligation.id))
        return [_row(owed, about, who, today) for owed, about, who in rows]


@router.get("/obligations", name="api_obligations", responses=responses(400))
def obligations(request: Request, wanted: Annotated[Due, Query()]) -> ObligationPage:
    """What is owed now on the applications that the caller may see, the nearest first."""
    caller, today = caller_of(request), civil_date(now_of(request))
    said = wanted.model_dump_json(exclude={"cursor", "limit"})
    place = place_in(wanted.cursor, said, (date, int))
    which: list[ColumnElement[bool]] = []
    if not (caller.sight.whole or caller.sight.pilots or caller.sight.funders):
        which.append(Obligation.owed_by == Role.GRANTEE)
    if wanted.late:
        which.append(Obligation.effective_on < today)
    if wanted.owed_by:
        which.append(Obligation.owed_by == wanted.owed_by)
    if place:
        which.append(tuple_(literal(place[0], Date), literal(place[1], BigInteger)) < PLACE)
    statuses = (ObligationStatus.OPEN,) if wanted.late else LIVE
    with reading(settings_of(request).database_url) as session:
        part = Part({}, and_(true(), *which))
        ids = nearest(session, caller.sight, [part], wanted.limit + 1, statuses)
        query = _owed().where(Obligation.id.in_(ids))
        rows = session.execute(query.order_by(Obligation.effective_on, Obligation.id)).all()
        items = [_row(owed, about, who, today) for owed, about, who in rows[: wanted.limit]]
        last = rows[wanted.limit - 1][0] if len(rows) > wanted.limit else None
        mark = [last.effective_on.isoformat(), last.id] if last else None
    return ObligationPage(items=items, next=cursor_after(mark, said) if mark else None)


def _owed() -> Any:
    return (
        select(Obligation, Application.reference, Organisation.name)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
    )


def _row(owed: Obligation, reference: str, organisation: str, today: date) -> ObligationOut:
    return ObligationOut(
        key=owed.key,
        reference=reference,
        duty=owed.duty.value,
        label=_(load_policies().deadlines[owed.duty].label),
        owed_by=owed.owed_by,
        organisation=organisation,
        about=owed.about,
        rule=owed.rule,
        nominal=owed.nominal_on,
        due=owed.effective_on,
        days_left=(owed.effective_on - today).days,
        status=owed.status,
    )
