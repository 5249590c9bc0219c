"""Which organisation owes what: nothing is ever owed by nobody."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Obligation, Organisation
from models.errors import NotFound
from models.vocabulary import Role


def owner_of(session: Session, application: Application, role: Role) -> int:
    """The organisation that owes what falls to `role`: the applicant, the leading pilot, or the contract's lead.

    Raises `NotFound` when the contract has no lead organisation.
    """
    if role is Role.GRANTEE:
        return application.applicant.id
    if role is Role.PILOT and application.fiche.pilots:
        return application.fiche.pilots[0].organisation_id
    return lead_organisation(session, application.call.contract_id)


def reassign(session: Session, application: Application, obligations: Iterable[Obligation]) -> None:
    """What is owed falls to whoever it falls to now that the fiche, or the applicant, is another.

    Raises `NotFound` when the contract has no lead organisation.
    """
    for obligation in obligations:
        obligation.organisation_id = owner_of(session, application, obligation.owed_by)


def lead_organisation(session: Session, contract_id: int) -> int:
    """The organisation that carries the contract; raises `NotFound` when there is none."""
    found: int | None = session.info.get(("lead", contract_id))
    if found is None:
        found = session.scalar(
            select(Organisation.id).where(
                Organisation.contract_id == contract_id, Organisation.leads
            )
        )
    if found is None:
        raise NotFound(
            _("Aucun organisme ne porte ce contrat de ville : chargez d’abord le catalogue.")
        )
    session.info["lead", contract_id] = found
    return found
