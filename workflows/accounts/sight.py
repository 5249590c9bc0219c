"""What a person may see: every question about applications starts from here."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, selectinload

from config.i18n import gettext as _
from models import Application, Call, FichePilot, FunderLine
from models.errors import NotFound
from models.vocabulary import Role
from workflows.actors import Actor
from workflows.queries import ONE

EVERYTHING = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.READER})


@dataclass(frozen=True, slots=True)
class Sight:
    """The applications of a contract that a person may see.

    `whole`: all of them. Otherwise those of the fiches that `pilots` lead, those that `funders` are
    asked to fund, those of `applicants`, and those that `person_id` is the contact of.
    """

    contract_id: int
    whole: bool = False
    pilots: frozenset[int] = frozenset()
    funders: frozenset[int] = frozenset()
    applicants: frozenset[int] = frozenset()
    person_id: int | None = None

    def of_applications(self) -> ColumnElement[bool]:
        """The condition that a query over applications and their call must hold; raises nothing."""
        in_contract = Call.contract_id == self.contract_id
        return in_contract & (true() if self.whole else or_(false(), *self._parts()))

    def _parts(self) -> list[ColumnElement[bool]]:
        parts: list[ColumnElement[bool]] = []
        if self.pilots:
            parts.append(Application.fiche_id.in_(led_by(self.pilots)))
        if self.funders:
            parts.append(Application.id.in_(funded_by(self.funders)))
        return [*parts, *self.as_applicant()]

    def as_applicant(self) -> list[ColumnElement[bool]]:
        """What makes an application their own, any of it: none for whoever cannot apply; raises nothing."""
        parts: list[ColumnElement[bool]] = []
        if self.applicants:
            parts.append(Application.applicant_id.in_(self.applicants))
        if self.person_id is not None:
            parts.append(Application.contact_id == self.person_id)
        return parts


def led_by(pilots: Iterable[int]) -> Select[int]:
    """The fiches that these organisations lead; raises nothing."""
    return select(FichePilot.fiche_id).where(FichePilot.organisation_id.in_(pilots))


def funded_by(funders: Iterable[int]) -> Select[int]:
    """The applications that these organisations are asked to fund; raises nothing."""
    return select(FunderLine.application_id).where(FunderLine.funder_id.in_(funders))


def sight_of(actor: Actor, contract_id: int, roles: frozenset[Role] | None = None) -> Sight:
    """What `actor` may see in that contract, as `roles` only when given; raises nothing."""
    held: dict[Role, set[int]] = {}
    for role, organisation in actor.grants:
        if roles is None or role in roles:
            held.setdefault(role, set()).update({organisation} if organisation else ())
    as_grantee = roles is None or Role.GRANTEE in roles
    return Sight(
        contract_id,
        whole=bool(EVERYTHING & held.keys()),
        pilots=frozenset(held.get(Role.PILOT, ())),
        funders=frozenset(held.get(Role.FUNDER, ())),
        applicants=frozenset(held.get(Role.GRANTEE, ())),
        person_id=actor.person_id if as_grantee else None,
    )


def seen(session: Session, sight: Sight, reference: str) -> Application:
    """The application of that reference, whole with its neighbourhoods.

    Raises `NotFound` when there is none, or none that may be seen: one cannot tell which.
    """
    query = (
        ONE.join(Call, Call.id == Application.call_id)
        .where(Application.reference == reference, sight.of_applications())
        .options(selectinload(Application.qpvs))
    )
    found = session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound(
            _("Aucun dossier « {reference} » parmi ceux que vous pouvez voir.").format(
                reference=reference
            )
        )
    return found


def sees(session: Session, sight: Sight, reference: str) -> bool:
    """Whether the application of that reference exists and may be seen; raises nothing."""
    query = select(Application.id).join(Call, Call.id == Application.call_id)
    wanted = query.where(Application.reference == reference, sight.of_applications())
    return session.scalar(wanted) is not None
