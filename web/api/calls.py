"""The yearly calls and their committee days: read by all, opened and planned by managers."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field, StrictBool, StrictInt
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models import Contract
from models.errors import NotFound
from models.session import reading
from web.api.credentials import Credentials, caller_of
from web.api.doing import Act, Outcome, Work, answer_with_tag, changing, do, tagged
from web.api.fields import Day, Given, IdempotencyKey, IfMatch, Told, Words
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import now_of, settings_of
from workflows.calls import list_calls, open_call
from workflows.queries import get_call
from workflows.sessions import move_session, plan_session

CALLS: dict[str, Any] = {"x-scope": "calls"}
router = APIRouter(prefix="/calls", tags=["calls"], route_class=ApiRoute)
YearPath = Annotated[int, Path(ge=2000, le=2100, description="The budget year.", examples=[2021])]
Label = Annotated[Words, Field(max_length=200)]


class SessionOut(Told):
    """A day on which the funders decide together."""

    held_on: date
    label: str


class CallOut(Told):
    """A yearly call for projects."""

    year: int
    title: str
    opens_on: date
    closes_on: date
    sessions: list[SessionOut]


class NewCall(Given):
    """A call to open, on every fiche that the catalogue opens."""

    year: Annotated[StrictInt, Field(ge=2000, le=2100)] = Field(examples=[2022])
    opens_on: Day = Field(examples=["2021-11-25"])
    closes_on: Day = Field(examples=["2022-01-04"])
    committee: Annotated[list[Day], Field(max_length=50)] = []
    dry_run: StrictBool = Field(False, description="Tell what it would be; nothing is kept.")


class NewSession(Given):
    """A committee day to add."""

    held_on: Day = Field(examples=["2021-05-20"])
    label: Label = Field("", description="« Comité du » and the day without it.")
    dry_run: StrictBool = False


class Rescheduled(Given):
    """Another day for a committee; what is on its agenda stays, what is awaited before it follows."""

    held_on: Day = Field(examples=["2021-05-27"])
    dry_run: StrictBool = False


@router.get("", name="api_calls", responses=responses())
def calls(request: Request) -> list[CallOut]:
    """The yearly calls, the latest first."""
    with reading(settings_of(request).database_url) as session:
        found = list_calls(session, caller_of(request).contract_id)
        return [CallOut.model_validate(call) for call, _many in found]


@router.get(
    "/{year}",
    name="api_call",
    response_model=CallOut,
    responses=responses(404) | {304: {"description": "Unchanged since `If-None-Match`."}},
)
def call(request: Request, year: YearPath) -> Response:
    """One call, with its ETag."""
    with reading(settings_of(request).database_url) as session:
        return answer_with_tag(request, _told(session, caller_of(request), year))


@router.post(
    "",
    name="api_open_call",
    status_code=201,
    response_model=CallOut,
    responses=responses(400, 409, 413)
    | {200: {"description": "With `dry_run`: what it would be.", "model": CallOut}},
    openapi_extra=CALLS,
)
def open_one(request: Request, body: NewCall, idempotency_key: IdempotencyKey = None) -> Response:
    """Open the call of a year, as `jalon call open` does."""

    def work(session: Session, caller: Credentials) -> Outcome:
        open_call(
            session,
            session.get_one(Contract, caller.contract_id),
            body.year,
            opens_on=body.opens_on,
            closes_on=body.closes_on,
            committee=body.committee,
            actor=caller.actor,
            now=now_of(request),
        )
        session.flush()
        session.expire_all()
        return tagged(_told(session, caller, body.year))

    status = 200 if body.dry_run else 201
    return do(request, work, key=idempotency_key, dry_run=body.dry_run, status=status)


@router.post(
    "/{year}/sessions",
    name="api_plan_session",
    response_model=CallOut,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=CALLS,
)
def plan(
    request: Request,
    year: YearPath,
    body: NewSession,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add a committee day, as `jalon call plan` does; opinions awaited before the next one follow."""

    def plan_it(session: Session, caller: Credentials) -> None:
        found = get_call(session, caller.contract_id, year)
        now = now_of(request)
        label = body.label.strip()
        plan_session(session, found, body.held_on, actor=caller.actor, now=now, label=label)

    work = _changing(year, if_match, plan_it)
    return do(request, work, key=idempotency_key, dry_run=body.dry_run)


@router.post(
    "/{year}/sessions/{held_on}/reschedule",
    name="api_reschedule_session",
    response_model=CallOut,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=CALLS,
)
def reschedule(
    request: Request,
    year: YearPath,
    held_on: Annotated[date, Path(description="The day planned.", examples=["2021-05-20"])],
    body: Rescheduled,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Hold a committee on another day, as `jalon call move` does."""

    def move_it(session: Session, caller: Credentials) -> None:
        found = get_call(session, caller.contract_id, year)
        planned = next((one for one in found.sessions if one.held_on == held_on), None)
        if planned is None:
            said = _("Pas de séance du comité le {day}.").format(day=f"{held_on:%d/%m/%Y}")
            raise NotFound(said)
        actor, now = caller.actor, now_of(request)
        move_session(session, found, planned, body.held_on, actor=actor, now=now)

    work = _changing(year, if_match, move_it)
    return do(request, work, key=idempotency_key, dry_run=body.dry_run)


def _changing(year: int, if_match: str | None, act: Act) -> Work:
    return changing(lambda session, caller: _told(session, caller, year), if_match, act)


def _told(session: Session, caller: Credentials, year: int) -> CallOut:
    return CallOut.model_validate(get_call(session, caller.contract_id, year))
