"""What ties a person to a contract: a role, an organisation that they are written to for, an application.

One account serves every contract of an installation. Each sees those that are tied to it, and those that
nothing ties anywhere yet; what is a person's own (their address, whether they sign in) is not one
contract's to change when they are tied to another.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from models import Application, Call, Contact, Organisation, Person, RoleGrant

Where = ColumnElement[bool]


def known_to(contract_id: int) -> Where:
    """The condition on a person to be tied to that contract, or to have a role in all; raises nothing."""
    everywhere = exists().where(RoleGrant.person_id == Person.id, RoleGrant.contract_id.is_(None))
    return everywhere | _tied(lambda contract: contract == contract_id)


def seen_from(contract_id: int) -> Where:
    """The same, or to be tied to none: whoever was just added; raises nothing."""
    return known_to(contract_id) | ~_elsewhere(contract_id)


def seen_person(session: Session, contract_id: int, number: int) -> Person | None:
    """The person of that number, if that contract sees them; raises nothing."""
    return session.scalar(select(Person).where(Person.id == number, seen_from(contract_id)))


def is_tied_elsewhere(session: Session, contract_id: int, number: int) -> bool:
    """Whether another contract has to do with the person of that number; raises nothing."""
    query = select(Person.id).where(Person.id == number, _elsewhere(contract_id))
    return session.scalar(query) is not None


def _elsewhere(contract_id: int) -> Where:
    return _tied(lambda contract: contract != contract_id)  # none is no other contract


def _tied(to: Callable[[Any], Where]) -> Where:
    return or_(
        exists().where(RoleGrant.person_id == Person.id, to(RoleGrant.contract_id)),
        exists().where(
            Contact.person_id == Person.id,
            Organisation.id == Contact.organisation_id,
            to(Organisation.contract_id),
        ),
        exists().where(
            Application.contact_id == Person.id,
            Call.id == Application.call_id,
            to(Call.contract_id),
        ),
    )
