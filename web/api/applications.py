"""Applications: listed, filed, shown whole, with their journal and what is owed on them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from models.session import reading
from models.vocabulary import Outcome, State
from web.api.credentials import Credentials, caller_of
from web.api.cursors import cursor_after, place_in
from web.api.doing import Outcome as Answer
from web.api.doing import do, etag_of
from web.api.fields import Cursor, Given, IdempotencyKey, Limit, Line, Money, Reference, Told, Year
from web.api.filing import NewApplication, file_application
from web.api.found import found, is_inside
from web.api.problems import responses
from web.api.route import ApiRoute
from web.api.shown import ApplicationOut, shown
from web.visit import now_of, settings_of
from workflows.applications.filtering import Filters
from workflows.applications.listing import list_applications
from workflows.applications.loading import with_neighbourhoods

router = APIRouter(prefix="/applications", tags=["applications"], route_class=ApiRoute)


class ApplicationRow(Told):
    """One application in a list."""

    reference: str
    external_reference: str | None
    year: int
    title: str
    applicant: str
    enjeu: int
    fiche: str
    state: State
    outcome: Outcome | None
    requested: Money
    voted: Money
    received_at: datetime


class ApplicationPage(Told):
    """Some applications, in the order they came in; `next` is null on the last page."""

    items: list[ApplicationRow]
    next: str | None = Field(description="The cursor of the next page.")


class Wanted(Given):
    """Which applications; what is left out picks everything."""

    state: State | None = None
    outcome: Outcome | None = None
    call: Year | None = Field(None, description="The budget year.")
    enjeu: Annotated[int, Field(ge=0, le=10_000)] | None = None
    fiche: Line | None = Field(None, description="Its number, such as 1.10.")
    pilot: Line | None = Field(None, description="A pilot organisation, by name or alias.")
    funder: Line | None = Field(None, description="A funder, by name or alias.")
    text: Line | None = Field(None, description="Words of the title, the applicant, the reference.")
    cursor: Cursor = None
    limit: Limit = 50


@router.get("", name="api_applications", responses=responses(400, 404))
def applications(request: Request, wanted: Annotated[Wanted, Query()]) -> ApplicationPage:
    """The applications that the caller may see, a page at a time."""
    caller = caller_of(request)
    said = wanted.model_dump_json(exclude={"cursor", "limit"})
    place = place_in(wanted.cursor, said, (int,)) or [0]
    asked = wanted.model_dump(exclude={"cursor", "limit", "call"})
    filters = Filters(**asked, year=wanted.call, after=place[0], limit=wanted.limit + 1)
    with reading(settings_of(request).database_url) as session:
        rows = list_applications(session, caller.contract_id, filters, caller.sight)
    shown_rows = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    return ApplicationPage(
        items=[ApplicationRow.model_validate(row) for row in shown_rows],
        next=cursor_after([shown_rows[-1].id], said) if more else None,
    )


WRITE: dict[str, Any] = {"x-scope": "write"}


@router.post(
    "",
    name="api_submit",
    status_code=201,
    response_model=ApplicationOut,
    responses=responses(400, 404, 409, 413),
    openapi_extra=WRITE,
)
def submit(
    request: Request, body: NewApplication, idempotency_key: IdempotencyKey = None
) -> Response:
    """File an application; its contact gets the acknowledgement."""

    def work(session: Session, caller: Credentials) -> Answer:
        filed = file_application(session, caller, body, now_of(request))
        told = shown(with_neighbourhoods(session, filed), inside=is_inside(caller, filed))
        headers = {"ETag": etag_of(filed), "Location": f"/api/v1/applications/{filed.reference}"}
        return Answer(told, headers)

    return do(request, work, key=idempotency_key, status=201)


@router.get(
    "/{reference}",
    name="api_application",
    response_model=ApplicationOut,
    responses=responses(404) | {304: {"description": "Unchanged since `If-None-Match`."}},
)
def application(request: Request, reference: Reference) -> Response:
    """One application, whole, with its ETag."""
    caller = caller_of(request)
    with reading(settings_of(request).database_url) as session:
        one = found(session, caller, reference)
        tag = etag_of(one)
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": tag})
        told = shown(with_neighbourhoods(session, one), inside=is_inside(caller, one))
    return Response(told.model_dump_json(), headers={"ETag": tag}, media_type="application/json")
