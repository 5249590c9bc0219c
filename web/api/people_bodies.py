"""What the API takes and tells of persons and their roles."""

from typing import Literal

from pydantic import EmailStr, Field

from web.api.fields import Cursor, Given, Limit, Line, Told

Offered = Literal["administrator", "manager", "pilot", "funder", "reader"]


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


class PersonPage(Told):
    """Some persons, in the order they were added; `next` is null on the last page."""

    items: list[PersonOut]
    next: str | None


class Page(Given):
    """Which page of a list."""

    cursor: Cursor = None
    limit: Limit = 50


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
