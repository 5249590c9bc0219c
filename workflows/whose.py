"""Which obligations fall to whom, as parts that an index each reads in order."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from models import Application, Obligation
from models.vocabulary import Role
from workflows.accounts.sight import Sight


class Part(NamedTuple):
    """Some obligations, of one index: those that have these values in its columns, narrowed by `only`."""

    values: dict[Any, Role | int]
    only: ColumnElement[bool]


def owed_by_me(sight: Sight, roles: frozenset[Role]) -> list[Part]:
    """The obligations that fall to a person of that sight and those roles; raises nothing."""
    parts = []
    if {Role.MANAGER, Role.ADMINISTRATOR} & roles:
        parts.append(Part({Obligation.owed_by: Role.MANAGER}, true()))
    for organisation in sorted(sight.pilots):
        as_pilot: dict[Any, Role | int] = {
            Obligation.organisation_id: organisation,
            Obligation.owed_by: Role.PILOT,
        }
        parts.append(Part(as_pilot, true()))
    own = Obligation.application_id.in_(_own(sight))
    return [*parts, Part({}, and_(Obligation.owed_by == Role.GRANTEE, own))]


def owed_by_others(sight: Sight) -> list[Part]:
    """What falls to pilots and applicants, but for a manager's own applications; raises nothing."""
    not_mine = Obligation.application_id.not_in(_own(sight))
    return [
        Part({Obligation.owed_by: Role.PILOT}, true()),
        Part({Obligation.owed_by: Role.GRANTEE}, not_mine),
    ]


def _own(sight: Sight) -> Select[int]:
    as_applicant = [Application.contact_id == sight.person_id]
    if sight.applicants:
        as_applicant.append(Application.applicant_id.in_(sight.applicants))
    return select(Application.id).where(or_(*as_applicant))
