"""Persons and their roles, kept by managers; a person goes by a number, never by their address."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from models import Person
from models.session import reading
from web.api.credentials import Credentials, caller_of
from web.api.cursors import cursor_after, place_in
from web.api.doing import Outcome, Work, answer_with_tag, changing, do, tag_of
from web.api.fields import IdempotencyKey, IfMatch
from web.api.people_bodies import GivenRole, NewPerson, Page, PersonOut, PersonPage
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import now_of, settings_of
from workflows.keeper import Keeper, keeper_of
from workflows.people import add_person, deactivate, reactivate
from workflows.people_list import one_person, people_of
from workflows.roles import role_of, withdraw_role

PEOPLE: dict[str, Any] = {"x-scope": "people"}
EVERYBODY = "people"  # the list that its cursors go on with
router = APIRouter(prefix="/people", tags=["people"], route_class=ApiRoute)
Number = Annotated[int, Path(ge=1, lt=2**63, description="The number of a person.")]


@router.get("", name="api_people", responses=responses(400), openapi_extra=PEOPLE)
def people(request: Request, wanted: Annotated[Page, Query()]) -> PersonPage:
    """Those that the contract knows, a page at a time; for managers, with the scope `people`."""
    (after,) = place_in(wanted.cursor, EVERYBODY, (int,)) or [0]
    contract_id, most = caller_of(request).contract_id, wanted.limit
    with reading(settings_of(request).database_url) as session:
        rows = people_of(session, contract_id, after=after, limit=most + 1)
    last = rows[most - 1].id if len(rows) > most else None
    return PersonPage(
        items=[PersonOut.model_validate(row) for row in rows[:most]],
        next=cursor_after([last], EVERYBODY) if last else None,
    )


@router.get(
    "/{number}",
    name="api_person",
    response_model=PersonOut,
    responses=responses(404) | {304: {"description": "Unchanged since `If-None-Match`."}},
    openapi_extra=PEOPLE,
)
def person(request: Request, number: Number) -> Response:
    """One person, with their ETag."""
    with reading(settings_of(request).database_url) as session:
        return answer_with_tag(request, _told(session, caller_of(request), number))


@router.post(
    "",
    name="api_add_person",
    status_code=201,
    response_model=PersonOut,
    responses=responses(400, 404, 409, 413),
    openapi_extra=PEOPLE,
)
def add(request: Request, body: NewPerson, idempotency_key: IdempotencyKey = None) -> Response:
    """Add somebody, as `jalon people add` does; whoever was deactivated is active again."""

    def work(session: Session, caller: Credentials) -> Outcome:
        made = add_person(
            _keeper(request, session, caller),
            body.email,
            name=body.name or "",
            role=body.role,
            organisation=body.organisation,
        )
        told = _told(session, caller, made.id)
        return Outcome(told, {"ETag": tag_of(told), "Location": f"/api/v1/people/{made.id}"})

    return do(request, work, key=idempotency_key, status=201)


@router.post(
    "/{number}/roles",
    name="api_give_role",
    response_model=PersonOut,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=PEOPLE,
)
def give(
    request: Request,
    number: Number,
    body: GivenRole,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Give a role; that of an administrator is given by another alone."""

    def give_it(keeper: Keeper, who: Person) -> None:
        add_person(keeper, who.email, role=body.role, organisation=body.organisation)

    return do(request, _changing(request, number, if_match, give_it), key=idempotency_key)


@router.post(
    "/{number}/roles/withdraw",
    name="api_withdraw_role",
    response_model=PersonOut,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=PEOPLE,
)
def withdraw(
    request: Request,
    number: Number,
    body: GivenRole,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take a role back, as `jalon people withdraw` does; never the last that lets one manage."""

    def take_it(keeper: Keeper, who: Person) -> None:
        withdraw_role(keeper, who, role_of(keeper, who, body.role, body.organisation))

    return do(request, _changing(request, number, if_match, take_it), key=idempotency_key)


@router.post(
    "/{number}/deactivate",
    name="api_deactivate",
    response_model=PersonOut,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=PEOPLE,
)
def stop(
    request: Request,
    number: Number,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask nothing of that person any more, as `jalon people deactivate` does."""

    return do(request, _changing(request, number, if_match, deactivate), key=idempotency_key)


@router.post(
    "/{number}/reactivate",
    name="api_reactivate",
    response_model=PersonOut,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=PEOPLE,
)
def bring_back(
    request: Request,
    number: Number,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Bring back somebody deactivated, with their roles, as `jalon people reactivate` does."""
    return do(request, _changing(request, number, if_match, reactivate), key=idempotency_key)


def _changing(
    request: Request,
    number: int,
    if_match: str | None,
    act: Callable[[Keeper, Person], object],
) -> Work:
    def done(session: Session, caller: Credentials) -> None:
        keeper = _keeper(request, session, caller)
        act(keeper, keeper.person(number))

    return changing(lambda session, caller: _told(session, caller, number), if_match, done)


def _keeper(request: Request, session: Session, caller: Credentials) -> Keeper:
    return keeper_of(session, caller.contract_id, caller.actor, now_of(request))


def _told(session: Session, caller: Credentials, number: int) -> PersonOut:
    return PersonOut.model_validate(one_person(session, caller.contract_id, number))
