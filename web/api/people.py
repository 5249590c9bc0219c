"""Persons and their roles, kept by managers; a person goes by a number, never by their address."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import EmailStr, Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models import Person
from models.errors import Reason, Refused
from models.session import reading
from web.api.credentials import Credentials
from web.api.doing import Outcome, Work, answer_with_tag, changing, do, tag_of
from web.api.fields import Given, IdempotencyKey, IfMatch, Line, Told
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import settings_of
from workflows.people import add_person, deactivate, withdraw_role
from workflows.people_list import list_people, one_person

PEOPLE: dict[str, Any] = {"x-scope": "people"}
router = APIRouter(prefix="/people", tags=["people"], route_class=ApiRoute)
Number = Annotated[int, Path(ge=1, lt=2**63, description="The number of a person.")]
Offered = Literal["manager", "pilot", "funder", "reader"]  # administrators are made by the command


class HeldOut(Told):
    """A role, and for which organisation when it goes with one."""

    role: str
    organisation: str | None


class PersonOut(Told):
    """Somebody, with the roles they hold and those that they are written to for, in words."""

    id: int
    email: str
    name: str
    active: bool
    roles: list[str]
    contact_of: list[str]
    grants: list[HeldOut] = Field(description="The same roles, to be withdrawn as they stand.")


class GivenRole(Given):
    """A role; pilots and funders hold theirs for an organisation, by name or alias."""

    role: Offered
    organisation: Line | None = Field(None, examples=["CAF"])


class NewPerson(Given):
    """Somebody to add, with their first role if any; somebody known gets that role."""

    email: EmailStr
    name: Line | None = None
    role: Offered | None = None
    organisation: Line | None = None


@router.get("", name="api_people", responses=responses(), openapi_extra=PEOPLE)
def people(request: Request) -> list[PersonOut]:
    """Everybody that Jalon knows; for managers, with the scope `people`."""
    with reading(settings_of(request).database_url) as session:
        return [PersonOut.model_validate(row) for row in list_people(session)]


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
        return answer_with_tag(request, _told(session, number))


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
            session,
            caller.contract_id,
            body.email,
            name=body.name or "",
            role=body.role,
            organisation=body.organisation,
        )
        told = _told(session, made.id)
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
    """Give a role."""

    def give_it(session: Session, caller: Credentials, who: Person) -> None:
        contract, whom = caller.contract_id, body.organisation
        add_person(session, contract, who.email, role=body.role, organisation=whom)

    return do(request, _changing(number, if_match, give_it), key=idempotency_key)


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
    """Take a role back, as `jalon people withdraw` does; nobody takes their own."""

    def take_it(session: Session, caller: Credentials, who: Person) -> None:
        _not_oneself(caller, who, _("Vous ne pouvez pas vous retirer un rôle vous-même."))
        withdraw_role(session, caller.contract_id, who, body.role, body.organisation)

    return do(request, _changing(number, if_match, take_it), key=idempotency_key)


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

    def stop_it(session: Session, caller: Credentials, who: Person) -> None:
        _not_oneself(caller, who, _("Vous ne pouvez pas vous désactiver vous-même."))
        deactivate(session, who.email)

    return do(request, _changing(number, if_match, stop_it), key=idempotency_key)


def _changing(
    number: int, if_match: str | None, act: Callable[[Session, Credentials, Person], object]
) -> Work:
    return changing(
        lambda session, _caller: _told(session, number),
        if_match,
        lambda session, caller: act(session, caller, session.get_one(Person, number)),
    )


def _not_oneself(caller: Credentials, who: Person, said: str) -> None:
    if who.id == caller.actor.person_id:
        raise Refused([Reason("oneself", said)])


def _told(session: Session, number: int) -> PersonOut:
    return PersonOut.model_validate(one_person(session, number))
