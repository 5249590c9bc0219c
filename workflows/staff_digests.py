"""Once a week, to managers: figures, duties that no reminder will settle, more time asked for."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import speaking
from config.vocabulary import Weekday
from models import Contract, JournalEntry, Message, Obligation, ObligationAnswer
from models.vocabulary import AnswerKind, MessageStatus
from notifications.outbox import owe
from notifications.recipients import managers_of
from notifications.rendering import spoken_language
from notifications.staff_news import StaffDigest, StaffItem
from workflows.deadlines import civil_date
from workflows.failing_addresses import failing_addresses
from workflows.owed import Owed, list_owed
from workflows.rules import Rules

SHOWN = 15
A_WEEK = timedelta(days=7)


def owe_staff_digests(session: Session, now: datetime, rules: Rules) -> int:
    """Write this week's digest to the managers of each contract, on its day; how many are new.

    Raises nothing. Nothing is written when there is nothing to say.
    """
    today = civil_date(now)
    if list(Weekday)[today.weekday()] is not rules.policies.reminders.staff_digest_on:
        return 0
    contracts = session.scalars(select(Contract).order_by(Contract.id)).all()
    return sum(_owe(session, contract, now, today) for contract in contracts)


def _owe(session: Session, contract: Contract, now: datetime, today: date) -> int:
    new, weeks = 0, {}
    for person in managers_of(session, contract.id):
        key = f"staff_digest:{today}:{contract.id}:{person.id}"
        if session.scalar(select(Message.id).where(Message.key == key)):
            continue
        language = spoken_language(person.language)
        if language not in weeks:  # the same for all who read it
            with speaking(language):
                weeks[language] = _week(session, contract, now, today)
        if (context := weeks[language]) is None:
            return new
        owe(session, key=key, template="staff_digest", context=context, person=person,
            contract_id=contract.id, now=now)  # fmt: skip
        new += 1
    return new


def _week(session: Session, contract: Contract, now: datetime, today: date) -> StaffDigest | None:
    owed = list_owed(session, contract.id, today)
    late = [row for row in owed if row.days_left < 0 and row.status == "open"]
    exhausted = [row for row in late if row.exhausted]
    delays = [row for row in owed if row.answer == AnswerKind.DELAY_ASKED]
    recent = (Message.contract_id == contract.id, Message.composed_at > now - A_WEEK)
    refused = _count(session, *recent, Message.status == MessageStatus.REFUSED)
    held = _count(session, Message.contract_id == contract.id, Message.status == MessageStatus.HELD)
    doubtful = _count(session, *recent, Message.doubtful)
    failing = failing_addresses(session, contract.id)
    if not (late or delays or refused or held or doubtful or failing):
        return None
    return StaffDigest(
        contract_code=contract.code,
        contract_name=contract.name,
        today=today,
        late=len(late),
        reminded=_count(session, *recent, Message.template == "reminder_digest"),
        refused=refused,
        held=held,
        doubtful=doubtful,
        exhausted=tuple(_item(row) for row in exhausted[:SHOWN]),
        hidden_exhausted=len(exhausted[SHOWN:]),
        delays=tuple(_item(row, _wanted(session, row.key)) for row in delays[:SHOWN]),
        failing=failing[:SHOWN],
        hidden_failing=len(failing[SHOWN:]),
    )


def _count(session: Session, *which: object) -> int:
    query = select(func.count()).select_from(Message).where(*which)  # type: ignore[arg-type] # column conditions
    return session.scalar(query) or 0


def _item(row: Owed, wanted: date | None = None) -> StaffItem:
    label = row.label[:1].upper() + row.label[1:]
    return StaffItem(
        label=f"{label} ({row.about})" if row.about else label,
        owner=row.organisation,
        due=row.due,
        reference=row.reference,
        wanted=wanted,
    )


def _wanted(session: Session, key: str) -> date | None:
    """The date asked for, last."""
    query = (
        select(JournalEntry.facts)
        .join(ObligationAnswer, ObligationAnswer.entry_id == JournalEntry.id)
        .join(Obligation, Obligation.id == ObligationAnswer.obligation_id)
        .where(Obligation.key == key, ObligationAnswer.kind == AnswerKind.DELAY_ASKED)
        .order_by(ObligationAnswer.id.desc())
        .limit(1)
    )
    facts: dict[str, str] | None = session.scalar(query)
    return date.fromisoformat(facts["wanted"]) if facts else None
