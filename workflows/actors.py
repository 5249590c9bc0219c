"""Who is acting: a person with the roles they hold, the system itself, or an import."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, FunderLine, Person, RoleGrant
from models.errors import NotFound
from models.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: `grants` are the roles held, each with the organisation it is held for.

    `contact`: being the contact of an application makes them its applicant.
    """

    grants: tuple[tuple[Role, int | None], ...]
    person_id: int | None = None
    name: str = ""
    contact: bool = True

    def acts_as(
        self, roles: tuple[Role, ...], application: Application, line: FunderLine | None = None
    ) -> Role | None:
        """The first of `roles` that this actor holds for `application`; None when there is none.

        A funder acts on its own `line`; without one, on what it is asked to fund.
        """
        return next((role for role in roles if self._holds(role, application, line)), None)

    def _holds(self, role: Role, application: Application, line: FunderLine | None) -> bool:
        held = {grant for grant, _organisation in self.grants}
        if role is Role.MANAGER:
            return bool(held & {Role.MANAGER, Role.ADMINISTRATOR})
        if role is Role.PILOT:
            return any(p.organisation_id in self._as(role) for p in application.fiche.pilots)
        if role is Role.GRANTEE:
            return self._is_applicant(application)
        if role is Role.FUNDER:
            lines = application.lines if line is None else [line]
            return any(one.funder_id in self._as(role) for one in lines)
        return role in held

    def _as(self, role: Role) -> set[int | None]:
        return {organisation for grant, organisation in self.grants if grant is role}

    def _is_applicant(self, application: Application) -> bool:
        contact = application.contact
        known = self.contact and contact is not None and contact.id == self.person_id
        return known or application.applicant.id in self._as(Role.GRANTEE)


SYSTEM = Actor(grants=((Role.SYSTEM, None),), name="Jalon")
IMPORT = Actor(grants=((Role.IMPORT, None),), name="import")
OPERATOR = Actor(grants=((Role.MANAGER, None),), name="exploitant")


def actor_for(session: Session, email: str, contract_id: int) -> Actor:
    """The person at `email` with the roles they hold for this contract.

    Raises `NotFound` when nobody active has that address.
    """
    person = session.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.active)
    )
    if person is None:
        raise NotFound(
            _("Personne n’a l’adresse « {email} » : ajoutez-la avec « jalon people add ».").format(
                email=email
            )
        )
    return actor_of(session, person, contract_id)


def actor_of(session: Session, person: Person, contract_id: int) -> Actor:
    """That person with the roles they hold for this contract; raises nothing."""
    grants = session.execute(
        select(RoleGrant.role, RoleGrant.organisation_id).where(
            RoleGrant.person_id == person.id,
            or_(RoleGrant.contract_id == contract_id, RoleGrant.contract_id.is_(None)),
        )
    )
    return Actor(
        grants=tuple((role, organisation) for role, organisation in grants),
        person_id=person.id,
        name=person.name,
    )
