"""The journal: append to it, and prove that nobody rewrote it.

One chain per contract. Each entry's hash covers its content and the hash
before it; personal words are covered through a salted digest, so that they can
be erased without breaking the chain.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import Application, JournalEntry, JournalHead, JournalText
from models.vocabulary import Act, Role, State, Trigger
from notifications.hooks import owe_hooks

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class By:
    """Who did it, as the journal keeps it."""

    role: Role
    person_id: int | None = None


def record(
    session: Session,
    contract_id: int,
    action: Trigger | Act,
    by: By,
    now: datetime,
    *,
    application: Application | None = None,
    source: State | None = None,
    dest: State | None = None,
    facts: dict[str, Any] | None = None,
    words: str = "",
) -> JournalEntry:
    """Append one entry to the contract's chain and return it (not yet flushed).

    `facts` must be plain JSON and hold nothing personal; `words` (a reason, a comment)
    are kept apart. Raises nothing; an application that someone else changed meanwhile
    makes the flush fail as a conflict.
    """
    head = _locked_head(session, contract_id)
    salt = secrets.token_hex(16)
    entry = JournalEntry(
        contract_id=contract_id,
        seq=head.seq + 1,
        application=application,
        action=str(action),
        source=source,
        dest=dest,
        actor_id=by.person_id,
        actor_role=by.role,
        at=now.astimezone(UTC),
        facts={"reference": application.reference, **(facts or {})} if application else facts or {},
        text_digest=digest_of(salt, words) if words else None,
        previous_hash=head.hash,
    )
    entry.hash = hash_of(entry)
    session.add(entry)
    if words:
        session.add(JournalText(entry=entry, salt=salt, body=words))
    head.seq, head.hash = entry.seq, entry.hash
    owe_hooks(session, entry)
    if application is not None:
        application.changed_at = now
        flag_modified(application, "changed_at")
    return entry


def _locked_head(session: Session, contract_id: int) -> JournalHead:
    """The end of the chain, locked once per transaction so that two appenders queue up."""
    held: JournalHead | None = session.info.get(("journal", contract_id))
    if held is not None and held in session:
        return held
    head = session.get(JournalHead, contract_id, with_for_update=True)
    if head is None:
        head = JournalHead(contract_id=contract_id, seq=0, hash=GENESIS)
        session.add(head)
    session.info["journal", contract_id] = head
    return head


def digest_of(salt: str, words: str) -> str:
    """What the chain keeps of personal words; raises nothing."""
    return hashlib.sha256(f"{salt}{words}".encode()).hexdigest()


def hash_of(entry: JournalEntry) -> str:
    """The entry's link: everything in it but row ids, and the link before; raises nothing."""
    content = [
        entry.contract_id,
        entry.seq,
        entry.action,
        entry.source,
        entry.dest,
        entry.actor_id,
        entry.actor_role,
        entry.at.isoformat(),
        entry.facts,
        entry.text_digest,
        entry.previous_hash,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
