"""What reminders do: the time from each one to the answer, by kind of mail, rung and pilot."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Application,
    FichePilot,
    Message,
    Obligation,
    ObligationAnswer,
    Organisation,
    ReminderMail,
    ReminderStep,
)
from models.vocabulary import AnswerKind, MessageStatus, ObligationStatus, StepFate
from workflows.deadlines import civil_date

ANNOUNCED = ""  # the mail that first asked for it is no rung
SAID = (AnswerKind.TAKEN_CARE_OF, AnswerKind.DELAY_ASKED)


class Told(NamedTuple):
    """One obligation, told of once: by which mail, on which day."""

    obligation: int
    template: str
    rung: str
    on: date


class Effect(NamedTuple):
    """What one kind of reminder did: how many left, were followed by an answer, after how many days.

    Only the last mail before an answer is credited with it.
    """

    template: str
    rung: str
    pilot: str
    sent: int
    answered: int
    median_days: float | None
    longest_days: int | None


def effects(session: Session, contract_id: int, *, by_pilot: bool = True) -> list[Effect]:
    """The effect of every mail that asked for something, gathered; raises nothing."""
    pilots = _pilots(session, contract_id)
    told = [one for one in (*_rungs(session), *_announced(session)) if one.obligation in pilots]
    answers = _answers(session, pilots)
    sent: dict[tuple[str, str, str], int] = defaultdict(int)
    delays: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for group in _by_obligation(told):
        for place, one in enumerate(group):
            kind = (one.template, one.rung, pilots[one.obligation] if by_pilot else "")
            sent[kind] += 1
            until = group[place + 1].on if place + 1 < len(group) else date.max
            days = [day for day in answers[one.obligation] if one.on <= day]
            if days and (min(days) < until or until == date.max):
                delays[kind].append((min(days) - one.on).days)
    return [_effect(kind, count, delays[kind]) for kind, count in sorted(sent.items(), key=_order)]


def _effect(kind: tuple[str, str, str], sent: int, delays: Sequence[int]) -> Effect:
    middle = float(median(delays)) if delays else None
    return Effect(*kind, sent, len(delays), middle, max(delays, default=None))


def _order(item: tuple[tuple[str, str, str], int]) -> tuple[str, str, int, str]:
    (template, rung, pilot), _count = item
    return pilot, template, int(rung.removeprefix("J") or 0) if rung else -999, rung


def _by_obligation(told: Iterable[Told]) -> Iterator[list[Told]]:
    groups: dict[int, list[Told]] = defaultdict(list)
    for one in told:
        groups[one.obligation].append(one)
    for group in groups.values():
        yield sorted(group, key=lambda one: one.on)


def _pilots(session: Session, contract_id: int) -> dict[int, str]:
    """The leading pilot of the fiche of each obligation of the contract."""
    query = (
        select(Obligation.id, Organisation.name)
        .join(Application, Application.id == Obligation.application_id)
        .outerjoin(
            FichePilot,
            (FichePilot.fiche_id == Application.fiche_id) & (FichePilot.position == 1),
        )
        .outerjoin(Organisation, Organisation.id == FichePilot.organisation_id)
        .where(Application.call.has(contract_id=contract_id))
    )
    return {number: name or "" for number, name in session.execute(query)}


def _rungs(session: Session) -> Iterator[Told]:
    """The rungs that a digest carried out of the house."""
    query = (
        select(ReminderStep.obligation_id, ReminderStep.rung, Message.template, Message.sent_at)
        .join(ReminderMail, ReminderMail.step_id == ReminderStep.id)
        .join(Message, Message.id == ReminderMail.message_id)
        .where(ReminderStep.fate == StepFate.SENT, Message.status == MessageStatus.SENT)
        .order_by(Message.sent_at)
    )
    seen: set[tuple[int, int]] = set()
    for obligation, rung, template, sent_at in session.execute(query):
        if sent_at and (obligation, rung) not in seen:
            seen.add((obligation, rung))
            label = f"J{rung:+d}" if rung else "J"
            yield Told(obligation, template, label, civil_date(sent_at))


def _announced(session: Session) -> Iterator[Told]:
    """The mails that first asked for something."""
    query = select(Message.template, Message.facts, Message.sent_at).where(
        Message.status == MessageStatus.SENT, Message.entry_id.is_not(None)
    )
    for template, facts, sent_at in session.execute(query):
        for obligation in facts.get("obligations", ()) if sent_at else ():
            yield Told(obligation, template, ANNOUNCED, civil_date(sent_at))


def _answers(session: Session, pilots: Iterable[int]) -> dict[int, list[date]]:
    """The days on which what is owed was done, or answered about."""
    answers: dict[int, list[date]] = {number: [] for number in pilots}
    met = select(Obligation.id, Obligation.ended_on).where(
        Obligation.status == ObligationStatus.MET
    )
    said = select(ObligationAnswer.obligation_id, ObligationAnswer.given_on).where(
        ObligationAnswer.kind.in_(SAID)
    )
    for query in (met, said):
        for number, day in session.execute(query):
            if day and number in answers:
                answers[number].append(day)
    return answers
