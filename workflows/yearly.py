"""The year of a contract's call, by its calendar: warned of, opened, announced, closed; each once.

Each takes the instant to act at. What was done is a row of `call_step`, unique in the database and
written with its effect: run twice, late, or by two processes at once, nothing happens twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Application, Call, CallStep, Contract
from models.session import reading, transaction
from models.upsert import insert_once
from models.vocabulary import Act, Role
from workflows.actors import Actor
from workflows.call_brake import brake_announcement
from workflows.call_calendar import Year, calendar_of, later, years
from workflows.call_news import announce_to, tell_closed, warn_ahead, who_may_apply
from workflows.calls import open_call, open_fiches
from workflows.deadlines import civil_date, closing_instant
from workflows.journal import By, record
from workflows.rules import Rules, rules_of

BY_CALENDAR = Actor(grants=((Role.SYSTEM, None), (Role.MANAGER, None)), name="Jalon")
STALE = timedelta(days=30)  # of a call that closed longer ago, nobody is told any more


@dataclass(slots=True)
class Turned:
    """What the day did for the calls of a contract; each is named like « CV112 2021 »."""

    warned: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # should be open, but no fiche is
    mails: int = 0


def contracts(url: str | None = None) -> list[tuple[int, str]]:
    """Every contract, by id and code; raises `Unavailable` when the database does not answer."""
    with reading(url) as session:
        rows = session.execute(select(Contract.id, Contract.code).order_by(Contract.id))
        return [(contract_id, code) for contract_id, code in rows]


def turn_year(
    contract_id: int, now: datetime, *, rules: Rules | None = None, url: str | None = None
) -> Turned:
    """Warn, open and close what this day calls for; all of it, or nothing.

    Raises `Conflict` when somebody opens the same call by hand meanwhile, `Unavailable` when the
    database does not answer.
    """
    rules, turned, today = rules or rules_of(), Turned(), civil_date(now)
    with transaction(url) as session:
        contract = session.get_one(Contract, contract_id)
        for year in years(session, contract, today, rules):
            if today < year.opens_on:
                _warn(session, contract, year, now, rules, turned)
            elif year.call_id is None and today <= year.closes_on:
                _open(session, contract, year, now, turned)
            elif year.call_id is not None and today > year.closes_on:
                _close(session, contract, year, now, rules, turned)
    return turned


def to_announce(contract_id: int, now: datetime, *, url: str | None = None) -> dict[int, list[int]]:
    """Whom to tell of each call that is open and was not announced yet: persons, by call.

    Raises `Unavailable` when the database does not answer.
    """
    today = civil_date(now)
    done = select(CallStep.year).where(
        CallStep.contract_id == contract_id, CallStep.step == "announced"
    )
    query = select(Call.id).where(
        Call.contract_id == contract_id,
        Call.opens_on <= today,
        Call.closes_on >= today,
        Call.year.not_in(done),
    )
    with reading(url) as session:
        calls = session.scalars(query.order_by(Call.year)).all()
        return {call_id: who_may_apply(session, contract_id) for call_id in calls}


def announce(
    call_id: int,
    person_ids: Sequence[int],
    now: datetime,
    *,
    rules: Rules | None = None,
    url: str | None = None,
) -> int:
    """Owe the announcement to these persons, each once; how many there are. Too many are held.

    Raises `Unavailable` when the database does not answer.
    """
    with transaction(url) as session:
        call = session.get_one(Call, call_id)
        mails = announce_to(session, call, person_ids, now)
        brake_announcement(session, call, mails, now, rules or rules_of())
        return len(mails)


def note_announced(call_id: int, now: datetime, *, url: str | None = None) -> None:
    """Everybody was told of this call; raises `Unavailable` when the database does not answer."""
    with transaction(url) as session:
        call = session.get_one(Call, call_id)
        _first_time(session, call.contract_id, call.year, "announced", now)


def _warn(
    session: Session, contract: Contract, year: Year, now: datetime, rules: Rules, turned: Turned
) -> None:
    """The latest of the warnings that are due; one missed before it is not sent any more."""
    calendar, left = calendar_of(contract, rules), (year.opens_on - civil_date(now)).days
    due = [lead.days for lead in calendar.warn_ahead if left <= lead.days] if calendar else []
    if due and _first_time(session, contract.id, year.year, f"ahead:{min(due)}", now):
        turned.warned.append(_name(contract, year))
        turned.mails += warn_ahead(session, contract, year, min(due), now)


def _open(session: Session, contract: Contract, year: Year, now: datetime, turned: Turned) -> None:
    """Without an open fiche it waits: managers were warned, and the next run tries again."""
    if not open_fiches(session, contract.id):
        turned.waiting.append(_name(contract, year))
    elif _first_time(session, contract.id, year.year, "opened", now):
        open_call(
            session,
            contract,
            year.year,
            opens_on=year.opens_on,
            closes_on=year.closes_on,
            committee=year.committee,
            actor=BY_CALENDAR,
            now=now,
        )
        turned.opened.append(_name(contract, year))


def _close(
    session: Session, contract: Contract, year: Year, now: datetime, rules: Rules, turned: Turned
) -> None:
    if not _first_time(session, contract.id, year.year, "closed", now):
        return
    many = session.scalar(select(func.count()).where(Application.call_id == year.call_id)) or 0
    closed_at = closing_instant(year.closes_on).isoformat()  # whenever this runs
    facts = {
        "year": year.year,
        "closes_on": str(year.closes_on),
        "closed_at": closed_at,
        "applications": many,
    }
    record(session, contract.id, Act.CLOSE_CALL, By(Role.SYSTEM), now, facts=facts)
    turned.closed.append(_name(contract, year))
    if civil_date(now) - year.closes_on <= STALE:
        following = next(later(contract, year.year, rules), None)
        turned.mails += tell_closed(session, contract, year, many, following, now)


def _first_time(session: Session, contract_id: int, year: int, step: str, now: datetime) -> bool:
    """Whether it is this run that does the step; one that is doing it is waited for."""
    values = {"contract_id": contract_id, "year": year, "step": step, "done_at": now}
    return insert_once(session, CallStep, values)


def _name(contract: Contract, year: Year) -> str:
    return f"{contract.code} {year.year}"
