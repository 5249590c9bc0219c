"""Closed days of a contract added and taken away; what is due then follows, each move kept."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from config.vocabulary import DayPolicy
from models import Application, Call, ClosedDay, JournalEntry, Obligation
from models.errors import BadInput
from models.vocabulary import Act, DatedChange, ObligationStatus, Role
from notifications.redating import redate
from workflows.actors import Actor
from workflows.closed_days import closed_days_of, forget_closed_days, rules_in
from workflows.deadlines import civil_date
from workflows.journal import By, record
from workflows.obligations import Ledger
from workflows.rules import Rules, rules_of
from workflows.sessions import check_manager

AT_MOST = 31  # days at a time
LONGEST = 100


class Moved(NamedTuple):
    """A duty whose date followed: the application's reference, in words what is due, both dates."""

    reference: str
    what: str
    before: date
    after: date


def days_between(first: date, last: date) -> list[date]:
    """Each day from one to the other, both in; raises `BadInput` for a bad order or too many."""
    if not 0 <= (last - first).days < AT_MOST:
        raise BadInput(
            _(
                "Du {first} au {last} : le dernier jour suit le premier, et {most} jours au plus se"
                " saisissent à la fois."
            ).format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}", most=AT_MOST)
        )
    return [first + timedelta(days=more) for more in range((last - first).days + 1)]


def close_days(
    session: Session,
    contract_id: int,
    days: Iterable[date],
    label: str,
    *,
    actor: Actor,
    now: datetime,
    rules: Rules | None = None,
) -> list[Moved]:
    """Offices are closed on `days`; what is due then, and may be put off, moves to the next worked day.

    Days that are not worked anyway are left out. Raises `BadInput` when none remains, for a day
    gone by or a name too long, `Refused` for who is no manager.
    """
    check_manager(actor)
    found, said = rules or rules_of(), label.strip()
    if len(said) > LONGEST:
        raise BadInput(
            _("Le nom de la fermeture a {most} caractères au plus.").format(most=LONGEST)
        )
    wanted = _ahead(days, now)
    worked = rules_in(session, contract_id, found).calendar.is_working
    closing = [day for day in wanted if worked(day)]
    if not closing:
        raise BadInput(
            _("Ce jour est déjà fermé : week-end, jour férié ou fermeture déjà enregistrée.")
        )
    session.add_all(ClosedDay(contract_id=contract_id, day=day, label=said) for day in closing)
    facts: dict[str, Any] = {"closed": [str(day) for day in closing], "label": said}
    return _changed(session, contract_id, closing, facts, actor, now, found)


def reopen_days(
    session: Session,
    contract_id: int,
    days: Iterable[date],
    *,
    actor: Actor,
    now: datetime,
    rules: Rules | None = None,
) -> list[Moved]:
    """Offices work on `days` after all; what was put off because of them comes back.

    Raises `BadInput` for a day gone by, or one that is not kept as closed, `Refused` for who is no
    manager.
    """
    check_manager(actor)
    reopening, known = _ahead(days, now), closed_days_of(session, contract_id)
    for day in reopening:
        if day not in known:
            raise BadInput(
                _("Le {day} n’est pas une fermeture enregistrée ici.").format(day=f"{day:%d/%m/%Y}")
            )
    session.execute(
        delete(ClosedDay).where(ClosedDay.contract_id == contract_id, ClosedDay.day.in_(reopening))
    )
    facts: dict[str, Any] = {"reopened": [str(day) for day in reopening]}
    return _changed(session, contract_id, reopening, facts, actor, now, rules or rules_of())


def _ahead(days: Iterable[date], now: datetime) -> list[date]:
    wanted, today = sorted(set(days)), civil_date(now)
    if not wanted or wanted[0] < today:
        raise BadInput(
            _("Seuls les jours à venir changent : ce qui était dû un jour passé l’est resté.")
        )
    return wanted


def _changed(
    session: Session,
    contract_id: int,
    days: list[date],
    facts: dict[str, Any],
    actor: Actor,
    now: datetime,
    rules: Rules,
) -> list[Moved]:
    """Journal it, and count again what falls on these days or was put off by them."""
    by = By(Role.MANAGER, actor.person_id)
    entry = record(session, contract_id, Act.KEEP_CALENDAR, by, now, facts=facts)
    session.flush()
    forget_closed_days(session, contract_id)
    moved = [
        change
        for obligation in _around(session, contract_id, days)
        if (change := _follow(session, obligation, entry, now, rules))
    ]
    session.flush()
    return moved


def _around(session: Session, contract_id: int, days: list[date]) -> list[Obligation]:
    """What is owed whose date, as counted or as it binds, has one of `days` between."""
    query = (
        select(Obligation)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.contract_id == contract_id,
            Obligation.status == ObligationStatus.OPEN,
            Obligation.effective_on >= days[0],
            Obligation.nominal_on <= days[-1],
        )
        .options(joinedload(Obligation.application).joinedload(Application.call))
        .order_by(Obligation.effective_on, Obligation.id)
    )
    return list(session.scalars(query))


def _follow(
    session: Session, obligation: Obligation, entry: JournalEntry, now: datetime, rules: Rules
) -> Moved | None:
    entry_of = rules.policies.deadlines[obligation.duty]
    if entry_of.policy is DayPolicy.STRICT:
        return None
    before, application = obligation.effective_on, obligation.application
    ledger = Ledger(session, application, entry, now, rules)
    if ledger.dated_by.calendar.next_working_day(obligation.nominal_on) == before:
        return None
    ledger.move(obligation, obligation.nominal_on, DatedChange.MOVED, _("jours fermés"))
    redate(session, application, ledger.moved, now)
    what = _(entry_of.label) + (f" ({obligation.about})" if obligation.about else "")
    return Moved(application.reference, what, before, obligation.effective_on)
