"""The yearly call for projects: opened with its fiches and committee days."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from config.i18n import gettext as _
from models import Call, CallFiche, Contract, Fiche, Tally
from models.errors import BadInput
from models.vocabulary import Act, Role
from workflows.actors import Actor
from workflows.journal import By, record
from workflows.sessions import check_manager, plan_session

FORM_IN_FORCE = ((date(2021, 6, 1), "12156*06"),)  # from that day; *05 before (DOMAIN §1.5)


def open_call(
    session: Session,
    contract: Contract,
    year: int,
    *,
    opens_on: date,
    closes_on: date,
    committee: Sequence[date] = (),
    actor: Actor,
    now: datetime,
) -> Call:
    """Create the call of `year` with every fiche that the catalogue opens, and its committee days.

    Raises `BadInput` for dates out of order, a year that has a call already or a catalogue
    without open fiches, `Refused` when the actor is no manager.
    """
    check_manager(actor)
    _check_dates(year, opens_on, closes_on, committee)
    if session.scalar(select(Call.id).where(Call.contract_id == contract.id, Call.year == year)):
        raise BadInput(_("L’appel {year} existe déjà.").format(year=year))
    fiches = _fiches_to_open(session, contract.id)
    call = Call(
        contract=contract,
        year=year,
        title=_("Appel à projets {year}").format(year=year),
        opens_on=opens_on,
        closes_on=closes_on,
        form_version=form_version(opens_on),
        fiches=[CallFiche(fiche=fiche) for fiche in fiches],
    )
    session.add(call)
    facts = {
        "year": year,
        "opens_on": str(opens_on),
        "closes_on": str(closes_on),
        "fiches": [fiche.number for fiche in fiches],
    }
    by = By(Role.MANAGER, actor.person_id)
    record(session, contract.id, Act.OPEN_CALL, by, now, facts=facts)
    session.flush()
    for day in sorted(set(committee)):
        plan_session(session, call, day, actor=actor, now=now)
    return call


def open_fiches(session: Session, contract_id: int) -> Sequence[Fiche]:
    """The fiches that the catalogue opens to the call, in document order; raises nothing."""
    return session.scalars(
        select(Fiche)
        .where(Fiche.contract_id == contract_id, Fiche.in_call, Fiche.retired_on.is_(None))
        .order_by(Fiche.position)
    ).all()


def list_calls(session: Session, contract_id: int) -> list[tuple[Call, int]]:
    """Every call of the contract, latest first, with its number of applications; raises nothing."""
    many = func.sum(Tally.applications).label("many")
    counted = select(Tally.call_id, many).group_by(Tally.call_id).subquery()
    rows = session.execute(
        select(Call, func.coalesce(counted.c.many, 0))
        .outerjoin(counted, counted.c.call_id == Call.id)
        .where(Call.contract_id == contract_id)
        .options(selectinload(Call.fiches), selectinload(Call.sessions))
        .order_by(Call.year.desc())
    )
    return [(call, many) for call, many in rows]


def form_version(day: date) -> str:
    """The cerfa form in force that day; raises nothing."""
    return next((form for since, form in reversed(FORM_IN_FORCE) if day >= since), "12156*05")


def _fiches_to_open(session: Session, contract_id: int) -> Sequence[Fiche]:
    fiches = open_fiches(session, contract_id)
    if not fiches:
        raise BadInput(
            _("Aucune fiche du catalogue n’est ouverte à l’appel : importez d’abord le catalogue.")
        )
    return fiches


def _check_dates(year: int, opens_on: date, closes_on: date, committee: Sequence[date]) -> None:
    if closes_on < opens_on:
        raise BadInput(
            _(
                "L’appel se clôt le {closes}, avant son ouverture le {opens} : inversez les dates."
            ).format(closes=f"{closes_on:%d/%m/%Y}", opens=f"{opens_on:%d/%m/%Y}")
        )
    if abs(opens_on.year - year) > 1:
        raise BadInput(
            _("L’appel {year} ne peut pas ouvrir en {opens} : vérifiez l’année.").format(
                year=year, opens=opens_on.year
            )
        )
    if early := [day for day in committee if day <= opens_on]:
        raise BadInput(
            _("La séance du {day} précède l’ouverture de l’appel.").format(
                day=f"{early[0]:%d/%m/%Y}"
            )
        )
