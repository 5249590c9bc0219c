"""The agenda of a committee, to its members some days before, and again should it change."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from config.i18n import speaking
from config.labels import VERDICTS
from models import Application, Call, CommitteeSession, Message, Person, RoleGrant
from models.vocabulary import MessageStatus, Role, State
from notifications.calendars import calendar_file
from notifications.outbox import owe
from notifications.recipients import contacts_of, managers_of
from notifications.rendering import spoken_language
from notifications.staff_news import AgendaFile, SessionAgenda
from notifications.wording import shortened
from workflows.deadlines import civil_date
from workflows.queries import whole
from workflows.rules import Rules
from workflows.session_events import session_event
from workflows.session_mail import drop_agendas

MOST_FILES = 120  # the mail stays under 100 KB
LONGEST_TITLE = 90


def owe_agendas(session: Session, now: datetime, rules: Rules) -> int:
    """Write the agendas of the committees that come near, once each; how many are new. Raises nothing."""
    today = civil_date(now)
    until = today + timedelta(days=rules.policies.reminders.agenda_days_before)
    coming = select(CommitteeSession).where(CommitteeSession.held_on > today)
    return sum(
        _owe_agenda(session, planned, now)
        for planned in session.scalars(coming.order_by(CommitteeSession.id)).all()
        if planned.held_on <= until or _readers(session, planned)
    )


def _owe_agenda(session: Session, planned: CommitteeSession, now: datetime) -> int:
    query = (
        select(Application)
        .where(Application.session_id == planned.id, Application.state == State.COMMITTEE)
        .options(*whole())
        .order_by(Application.reference)
    )
    files = session.scalars(query).unique().all()
    call = session.get_one(Call, planned.call_id, options=[joinedload(Call.contract)])
    stamp = _stamp(planned, files)
    drop_agendas(session, planned, _("ordre du jour modifié entre-temps"), but=stamp)
    before, told = _readers(session, planned), _told(session, planned)
    readers = _members(session, files, call.contract_id) if files else before.values()
    new = [person for person in readers if told[person.id].last != stamp]
    for person in new:
        with speaking(spoken_language(person.language)):
            context = _agenda(call, planned, files, updated=person.id in before)
            event = session_event(session, planned, void=not files)
            calendar = calendar_file([event], now)
        key = f"session_agenda:{planned.id}:{stamp}:{told[person.id].many}:{person.id}"
        owe(session, key=key, template="session_agenda", context=context,
            person=person, contract_id=call.contract_id, now=now, calendar=calendar)  # fmt: skip
    return len(new)


def _stamp(planned: CommitteeSession, files: Sequence[Application]) -> str:
    """What changes when the day or the list does: a new key, hence a new mail."""
    said = f"{planned.held_on} {[file.reference for file in files]}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]


class Told(NamedTuple):
    """What somebody was written of one day: the stamp of the last that was not taken back, how many in all."""

    last: str = ""
    many: int = 0


def _told(session: Session, planned: CommitteeSession) -> Mapping[int | None, Told]:
    """By person. A list that comes back to what it was is told again to who read another meanwhile."""
    query = select(Message.person_id, Message.key, Message.status).where(
        Message.key.like(f"session_agenda:{planned.id}:%")
    )
    found: defaultdict[int | None, Told] = defaultdict(Told)
    for person_id, key, status in session.execute(query.order_by(Message.id)):
        last, many = found[person_id]
        stamp = last if status is MessageStatus.CANCELLED else key.split(":")[2]
        found[person_id] = Told(stamp, many + 1)
    return found


def _readers(session: Session, planned: CommitteeSession) -> dict[int, Person]:
    """Who was written an agenda of that day that has left, or will."""
    like = Message.key.like(f"session_agenda:{planned.id}:%")
    left = Message.status != MessageStatus.CANCELLED
    query = select(Person).join(Message, Message.person_id == Person.id).where(like, left)
    return {person.id: person for person in session.scalars(query.where(Person.active).distinct())}


def _members(session: Session, files: Sequence[Application], contract_id: int) -> Sequence[Person]:
    """Those who sit there: contacts of pilots and funders, who acts for a funder, managers."""
    pilots = {p.organisation_id for file in files for p in file.fiche.pilots}
    funders = {line.funder_id for file in files for line in file.lines}
    contacts = contacts_of(session, pilots | funders)
    people = [contact.person for found in contacts.values() for contact in found]
    granted = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.FUNDER,
        RoleGrant.organisation_id.in_(funders),
        or_(RoleGrant.contract_id == contract_id, RoleGrant.contract_id.is_(None)),
    )
    people += session.scalars(select(Person).where(Person.active, Person.id.in_(granted)))
    people += managers_of(session, contract_id)
    return list({person.id: person for person in people}.values())


def _agenda(
    call: Call, planned: CommitteeSession, files: Sequence[Application], *, updated: bool
) -> SessionAgenda:
    return SessionAgenda(
        contract_code=call.contract.code,
        contract_name=call.contract.name,
        held_on=planned.held_on,
        session=planned.label,
        count=len(files),
        requested=sum((file.requested for file in files), start=Decimal(0)),
        files=tuple(_file(file) for file in files[:MOST_FILES]),
        hidden_files=len(files[MOST_FILES:]),
        updated=updated,
        void=not files,
    )


def _file(application: Application) -> AgendaFile:
    opinions = [_(VERDICTS[opinion.verdict]) for opinion in application.opinions]
    return AgendaFile(
        reference=application.reference,
        title=shortened(application.title, LONGEST_TITLE),
        fiche_number=application.fiche.number,
        applicant=application.applicant.name,
        requested=application.requested,
        opinion=", ".join(opinions),
    )
