"""The duties whose reminders would have no addressee of their own, should somebody leave."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from config.i18n import gettext as _
from config.policy import load_policies
from config.vocabulary import Duty
from models import Application, Call, Contact, FichePilot, Obligation, Organisation, Person
from models.vocabulary import Role
from workflows.obligations import LIVE

AT_MOST = 20  # shown; all are counted


class Unheard(NamedTuple):
    """One of them: whose it is, and by when."""

    reference: str
    label: str
    owner: str
    due: date


class Leaving(NamedTuple):
    """Who leaves: being written to for which organisations; `whole`, wherever they are the contact too."""

    person: int
    organisations: frozenset[int] = frozenset()
    whole: bool = False


def unheard(session: Session, contract_id: int, leaving: Leaving) -> tuple[list[Unheard], int]:
    """What is owed that would be recalled to the managers instead: the first ones, and how many.

    As `workflows/audiences.py` chooses readers. Raises nothing.
    """
    query = (
        select(Obligation.duty, Obligation.about, Obligation.effective_on)
        .add_columns(Application.reference, Organisation.name)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
        .where(
            Call.contract_id == contract_id,
            Obligation.status.in_(LIVE),
            _nobody_else(leaving),
            or_(_of_pilots(leaving), _of_applicants(leaving)),
        )
    )
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    first = query.order_by(Obligation.effective_on, Obligation.id).limit(AT_MOST)
    return [_row(*row) for row in session.execute(first)] if count else [], count


def _row(duty: Duty, about: str, due: date, reference: str, owner: str) -> Unheard:
    label = _(load_policies().deadlines[duty].label)
    return Unheard(reference, f"{label} ({about})" if about else label, owner, due)


def _nobody_else(leaving: Leaving) -> ColumnElement[bool]:
    """Nobody else is written to for the organisation that owes it."""
    others = (
        select(Contact.id)
        .join(Person, Person.id == Contact.person_id)
        .where(
            Contact.organisation_id == Obligation.organisation_id,
            Contact.person_id != leaving.person,
            Person.active,
        )
    )
    return ~others.exists()


def _of_pilots(leaving: Leaving) -> ColumnElement[bool]:
    """Owed by a pilot that they are written to for; a fiche without a pilot is the managers' anyway."""
    led = select(FichePilot.fiche_id).where(FichePilot.organisation_id.in_(leaving.organisations))
    return and_(
        Obligation.owed_by == Role.PILOT,
        Obligation.organisation_id.in_(leaving.organisations),
        Application.fiche_id.in_(led),
    )


def _of_applicants(leaving: Leaving) -> ColumnElement[bool]:
    """Owed by an applicant whose contact in the application leaves, or who is reached by them alone."""
    contact = aliased(Person)
    theirs = Application.contact_id == leaving.person
    there = (
        select(contact.id)
        .where(contact.id == Application.contact_id, contact.active)
        .where(contact.id != leaving.person if leaving.whole else contact.id.is_not(None))
        .exists()
    )
    reached = or_(
        Obligation.organisation_id.in_(leaving.organisations), theirs if leaving.whole else false()
    )
    return and_(Obligation.owed_by == Role.GRANTEE, ~there, reached)
