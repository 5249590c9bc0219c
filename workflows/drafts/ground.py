"""What a form offers to choose from: open fiches, usual funders, neighbourhoods of the year."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.organisations import shipped_references
from models import Call, Fiche, Organisation, Qpv
from workflows.catalogue.stored import fiches_of


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of one call's form, in the order they are shown."""

    fiches: list[Fiche]
    funders: list[Organisation]
    qpvs: list[Qpv]


def choices_of(session: Session, call: Call) -> Choices:
    """What an application to `call` may choose; raises nothing."""
    opened = {opened.fiche_id for opened in call.fiches}
    fiches = [fiche for fiche in fiches_of(session, call.contract_id) if fiche.id in opened]
    return Choices(fiches, funders_of(session, call.contract_id), _qpvs(session, call))


def funders_of(session: Session, contract_id: int) -> list[Organisation]:
    """The usual funders of a contract, else all of its organisations; raises nothing."""
    usual = [reference.name for reference in shipped_references() if reference.funder]
    query = select(Organisation).where(Organisation.contract_id == contract_id)
    known = {found.name: found for found in session.scalars(query.order_by(Organisation.name))}
    return [known[name] for name in usual if name in known] or list(known.values())


def _qpvs(session: Session, call: Call) -> list[Qpv]:
    first, last = date(call.year, 1, 1), date(call.year, 12, 31)
    query = select(Qpv).where(
        Qpv.contract_id == call.contract_id,
        Qpv.valid_from <= last,
        or_(Qpv.valid_to.is_(None), Qpv.valid_to >= first),
    )
    return list(session.scalars(query.order_by(Qpv.name, Qpv.code)))
