"""Proof of notice: why a mail was owed, from which data, how it was handed over, what was answered."""

import hashlib
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.rule import in_words
from models import (
    Application,
    DeliveryAttempt,
    JournalEntry,
    Message,
    Obligation,
    ReminderMail,
    ReminderStep,
)
from models.errors import NotFound
from notifications.mail_words import mail_label
from notifications.outbox_actions import status_label
from notifications.recipients import reader_of

Proof = dict[str, Any]


def proof_of(session: Session, key: str) -> Proof:
    """Everything known of one mail, as plain data; raises `NotFound` for an unknown key."""
    message = session.scalar(select(Message).where(Message.key == key.strip()))
    if message is None:
        raise NotFound(
            _(
                "Aucun message n’a la clé « {key} » : « jalon outbox list » donne celles qui existent."
            ).format(key=key)
        )
    return _proof(session, message)


def mail_of(session: Session, reference: str) -> list[Proof]:
    """All the mail about one application, reminders included, in the order it was composed.

    Raises `NotFound` for an unknown reference.
    """
    application = session.scalar(
        select(Application.id).where(Application.reference == reference.strip())
    )
    if application is None:
        raise NotFound(_("Aucun dossier ne porte la référence « {reference} ».").format(
            reference=reference))  # fmt: skip
    reminded = (
        select(ReminderMail.message_id)
        .join(ReminderStep, ReminderStep.id == ReminderMail.step_id)
        .join(Obligation, Obligation.id == ReminderStep.obligation_id)
        .where(Obligation.application_id == application)
    )
    query = (
        select(Message)
        .where(or_(Message.application_id == application, Message.id.in_(reminded)))
        .order_by(Message.composed_at, Message.id)
    )
    return [_proof(session, message) for message in session.scalars(query).all()]


def _proof(session: Session, message: Message) -> Proof:
    person = reader_of(session, message)
    mail = message_from_bytes(message.content, policy=default)
    body = mail.get_body(("plain",)) if message.content else None
    return {
        "key": message.key,
        "message_id": message.message_id,
        "template": message.template,
        "kind": mail_label(message.template),
        "recipient": message.recipient,
        "earlier_addresses": message.facts.get("earlier_addresses", []),
        "person": person.name if person else "",
        "answers_to": message.answers_to,
        "subject": message.subject,
        "composed": _instant(message.composed_at),
        "due": _instant(message.due_at),
        "status": message.status.value,
        "status_in_words": status_label(message.status),
        "sent": _instant(message.sent_at),
        "outcome": message.outcome,
        "doubtful": message.doubtful,
        "cause": _cause(session, message),
        "rules": _rules(session, message),
        "data": message.facts,
        "attempts": _attempts(session, message),
        "content_sha256": hashlib.sha256(message.content).hexdigest(),
        "headers": [[name, str(value)] for name, value in mail.items()],
        "text": str(body.get_content()) if body else "",
    }


def _cause(session: Session, message: Message) -> Proof | None:
    """The entry of the journal that the mail comes from; None for what the calendar brings."""
    entry = session.get(JournalEntry, message.entry_id) if message.entry_id else None
    if entry is None:
        return None
    return {
        "action": entry.action,
        "by": entry.actor_role.value,
        "at": _instant(entry.at),
        "number": entry.seq,
        "hash": entry.hash,
    }


def _rules(session: Session, message: Message) -> list[Proof]:
    """The duties that a mail speaks of, each with its rule, its date then, and the reminder it was."""
    steps = {
        step.obligation_id: step
        for step in session.scalars(
            select(ReminderStep)
            .join(ReminderMail, ReminderMail.step_id == ReminderStep.id)
            .where(ReminderMail.message_id == message.id)
            .order_by(ReminderStep.rung)
        )
    }
    numbers = {*message.facts.get("obligations", ()), *steps}
    query = select(Obligation).where(Obligation.id.in_(numbers)).order_by(Obligation.id)
    return [_rule(o, steps.get(o.id)) for o in session.scalars(query)]


def _rule(obligation: Obligation, step: ReminderStep | None) -> Proof:
    rule: Proof = {
        "obligation": obligation.key,
        "rule": obligation.rule,
        "rule_in_words": _words(obligation.rule),
        "due": str(step.for_date if step else obligation.effective_on),
    }
    if step is not None:
        rule["rung"] = f"J{step.rung:+d}" if step.rung else "J"
        rule["decided_on"] = str(step.taken_on)
    return rule


def _words(rule: str) -> str:
    try:
        return in_words(rule)
    except ValueError:  # a rule of earlier policies
        return rule


def _attempts(session: Session, message: Message) -> list[Proof]:
    query = select(DeliveryAttempt).where(DeliveryAttempt.message_id == message.id)
    return [
        {
            "number": attempt.number,
            "by": attempt.worker,
            "started": _instant(attempt.started_at),
            "ended": _instant(attempt.ended_at),
            "became": attempt.status.value,
            "answer": attempt.answer,
            "doubtful": attempt.doubtful,
        }
        for attempt in session.scalars(query.order_by(DeliveryAttempt.number))
    ]


def _instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""
