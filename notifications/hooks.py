"""Webhooks are owed with the journal entry that they tell, in its transaction; they leave later.

What is told names the application and the move, nothing personal: the API has the rest.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Contract, JournalEntry, WebhookDelivery, WebhookSubscriber
from models.vocabulary import Act, Trigger

EVENTS = tuple(member.value for member in (*Trigger, *Act))


class Listener(NamedTuple):
    """A subscriber of a contract, as the entries of a transaction need it."""

    id: int
    contract: str
    events: frozenset[str]


def owe_hooks(session: Session, entry: JournalEntry) -> None:
    """Owe what this entry tells to those who listen; the subscribers are read once a transaction."""
    for listener in _listeners(session, entry.contract_id):
        if not listener.events or entry.action in listener.events:
            session.add(
                WebhookDelivery(
                    subscriber_id=listener.id,
                    entry=entry,
                    event_id=f"{listener.contract}-{entry.seq}",
                    body=_body(listener.contract, entry),
                    due_at=entry.at,
                )
            )


def _listeners(session: Session, contract_id: int) -> Sequence[Listener]:
    known: dict[int, Sequence[Listener]] = session.info.setdefault("webhooks", {})
    if contract_id not in known:
        query = (
            select(WebhookSubscriber.id, Contract.code, WebhookSubscriber.events)
            .join(Contract, Contract.id == WebhookSubscriber.contract_id)
            .where(WebhookSubscriber.contract_id == contract_id, WebhookSubscriber.active)
            .order_by(WebhookSubscriber.id)
        )
        with session.no_autoflush:
            rows = session.execute(query).all()
        known[contract_id] = [Listener(key, code, frozenset(events)) for key, code, events in rows]
    return known[contract_id]


def _body(contract: str, entry: JournalEntry) -> bytes:
    about: dict[str, Any] = {
        "contract": contract,
        "seq": entry.seq,
        "reference": entry.facts.get("reference"),
        "from": entry.source,
        "to": entry.dest,
        "role": entry.actor_role,
    }
    told = {"type": entry.action, "timestamp": stamp(entry.at), "data": about}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def stamp(at: datetime) -> str:
    """An instant as the API writes it: 2021-06-23T08:00:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
