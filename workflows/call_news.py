"""The mail about the yearly call: who is told, and what; each message once for each person.

These functions take the session first, and never commit.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from models import (
    Application,
    Call,
    CallFiche,
    Contact,
    Contract,
    Fiche,
    FichePilot,
    Message,
    Person,
    RoleGrant,
)
from models.vocabulary import Role
from notifications.call_news import AboutCall, CallAhead, CallClosed, CallOpen, FicheLine
from notifications.outbox import owe
from notifications.posting import current_posting
from notifications.recipients import contacts_of, managers_of
from workflows.call_calendar import Year


def warn_ahead(session: Session, contract: Contract, year: Year, lead: int, now: datetime) -> int:
    """Tell managers and pilots that the call opens in at most `lead` days; how many mails.

    Raises nothing.
    """
    fiches = _open_fiches(session, contract.id)
    told: dict[int, tuple[Person | None, str, list[Fiche]]] = {
        person.id if person else 0: (person, "", fiches) for person in _managers(session, contract)
    }
    for pilot_contact, pilot, theirs in _pilots(session, fiches):
        told.setdefault(pilot_contact.id, (pilot_contact, pilot, []))
        if told[pilot_contact.id][1]:
            told[pilot_contact.id][2].extend(theirs)
    for person, pilot, theirs in told.values():
        lines = _lines(theirs)
        context = CallAhead(
            **_about(contract, year), pilot=pilot, committee=year.committee, fiches=lines
        )
        _owe(
            session, contract, f"call_ahead:{contract.id}:{year.year}:{lead}", context, person, now
        )
    return len(told)


def who_may_apply(session: Session, contract_id: int) -> list[int]:
    """Those who applied before or are registered as grantees, active, each once; raises nothing."""
    before = select(Application.id).join(Call).where(Call.contract_id == contract_id)
    applied = select(Application.contact_id).where(Application.id.in_(before))
    applicants = select(Application.applicant_id).where(Application.id.in_(before))
    known = select(Contact.person_id).where(Contact.organisation_id.in_(applicants))
    registered = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.GRANTEE,
        or_(RoleGrant.contract_id == contract_id, RoleGrant.contract_id.is_(None)),
    )
    query = select(Person.id).where(
        Person.active,
        or_(Person.id.in_(applied), Person.id.in_(known), Person.id.in_(registered)),
    )
    return list(session.scalars(query.order_by(Person.id)))


def announce_to(
    session: Session, call: Call, person_ids: Sequence[int], now: datetime
) -> list[Message]:
    """Tell these persons that the call is open, each once; the mails. Raises nothing."""
    contract = session.get_one(Contract, call.contract_id)
    query = select(Fiche).join(CallFiche, CallFiche.fiche_id == Fiche.id)
    fiches = session.scalars(query.where(CallFiche.call_id == call.id).order_by(Fiche.position))
    year = Year(call.year, call.opens_on, call.closes_on, (), call.id)
    page = f"{current_posting().public_url}/appels/{year.year}"
    context = CallOpen(**_about(contract, year), fiches=_lines(fiches), page=page)
    persons = session.scalars(select(Person).where(Person.id.in_(person_ids)).order_by(Person.id))
    key = f"call_open:{call.id}"
    return [_owe(session, contract, key, context, person, now) for person in persons.all()]


def tell_closed(
    session: Session,
    contract: Contract,
    year: Year,
    applications: int,
    following: Year | None,
    now: datetime,
) -> int:
    """Tell managers that the call has closed, and when the next one opens; how many mails.

    Raises nothing.
    """
    context = CallClosed(
        **_about(contract, year),
        applications=applications,
        next_opens_on=following.opens_on if following else None,
        next_closes_on=following.closes_on if following else None,
    )
    managers = _managers(session, contract)
    for person in managers:
        _owe(session, contract, f"call_closed:{year.call_id}", context, person, now)
    return len(managers)


def _owe(
    session: Session,
    contract: Contract,
    key: str,
    context: AboutCall,
    person: Person | None,
    now: datetime,
) -> Message:
    return owe(
        session,
        key=f"{key}:{person.id if person else 0}",
        template=key.partition(":")[0],
        context=context,
        person=person,
        contract_id=contract.id,
        now=now,
    )


def _managers(session: Session, contract: Contract) -> list[Person | None]:
    """Without any, the mailbox that answers go to: somebody must read it."""
    return [*managers_of(session, contract.id)] or [None]


def _pilots(session: Session, fiches: Sequence[Fiche]) -> Iterable[tuple[Person, str, list[Fiche]]]:
    """Contacts of each pilot with the fiches it has; its heads only when there is nobody else."""
    theirs: dict[int, list[Fiche]] = {}
    names: dict[int, str] = {}
    for fiche in fiches:
        for pilot in fiche.pilots:
            theirs.setdefault(pilot.organisation_id, []).append(fiche)
            names[pilot.organisation_id] = pilot.organisation.name
    for organisation_id, contacts in contacts_of(session, theirs).items():
        for contact in [c for c in contacts if not c.head] or contacts:
            yield contact.person, names[organisation_id], theirs[organisation_id]


def _open_fiches(session: Session, contract_id: int) -> list[Fiche]:
    query = (
        select(Fiche)
        .where(Fiche.contract_id == contract_id, Fiche.in_call, Fiche.retired_on.is_(None))
        .options(selectinload(Fiche.pilots).joinedload(FichePilot.organisation))
        .order_by(Fiche.position)
    )
    return list(session.scalars(query))


def _lines(fiches: Iterable[Fiche]) -> tuple[FicheLine, ...]:
    lines = (FicheLine(number=fiche.number, title=fiche.title) for fiche in fiches)
    return tuple(dict.fromkeys(lines))


def _about(contract: Contract, year: Year) -> dict[str, object]:
    dates: dict[str, date | int] = {"opens_on": year.opens_on, "closes_on": year.closes_on}
    return {
        "contract_code": contract.code,
        "contract_name": contract.name,
        "year": year.year,
        **dates,
    }
