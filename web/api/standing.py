"""Whom a token acts for, whom Jalon knows, and where a call stands."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from models.session import reading
from models.vocabulary import Outcome, Role, State
from web.api.credentials import caller_of
from web.api.fields import Given, Money, Told, Year
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import settings_of
from workflows.status import read_status

router = APIRouter(tags=["standing"], route_class=ApiRoute)


class Me(Told):
    """Whom the token acts for, and within what."""

    email: str
    name: str
    contract: str
    scopes: list[str]
    roles: list[Role]
    expires: datetime | None


class GroupOut(Told):
    """One line of the table."""

    key: str
    label: str
    applications: int
    requested: Money
    voted: Money
    paid: Money


class StatusOut(Told):
    """Where the applications of a call stand."""

    call: int
    total: int
    states: dict[State, int]
    outcomes: dict[Outcome, int]
    requested: Money
    voted: Money
    paid: Money
    by: str
    groups: list[GroupOut]


class Which(Given):
    """Which call, and by what to group it."""

    call: Year | None = Field(None, description="The latest call without it.")
    by: Literal["state", "enjeu", "fiche", "pilot", "funder"] = "state"


@router.get("/me", name="api_me", responses=responses())
def me(request: Request) -> Me:
    """Whom this token acts for."""
    caller = caller_of(request)
    return Me(
        email=caller.email,
        name=caller.actor.name,
        contract=caller.contract_code,
        scopes=sorted(caller.scopes),
        roles=sorted({role for role, _organisation in caller.actor.grants}),
        expires=caller.expires_at,
    )


@router.get("/status", name="api_status", responses=responses(404))
def status(
    request: Request,
    asked: Annotated[Which, Query()],
) -> StatusOut:
    """Counts and amounts of a call; for those who see all of the contract."""
    caller = caller_of(request)
    with reading(settings_of(request).database_url) as session:
        connection = session.connection()
        found = read_status(connection, year=asked.call, contract=caller.contract_code, by=asked.by)
        return StatusOut.model_validate(found)
