"""The journal: what happened, in order, chained so that a change shows; personal text kept apart.

The database itself refuses UPDATE and DELETE on `journal_entry` (triggers made
by the migration), and each entry's hash covers the one before it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.application import Application
from models.base import Base, Key, stored
from models.vocabulary import Role, State


class JournalEntry(Base):
    """One thing that happened. `facts` holds no personal text; that is in `JournalText`."""

    __tablename__ = "journal_entry"
    __table_args__ = (UniqueConstraint("contract_id", "seq"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    seq: Mapped[int]  # 1, 2, 3… within the contract, without a gap
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("application.id", ondelete="RESTRICT"), index=True
    )
    action: Mapped[str] = mapped_column(String(40))  # a Trigger or an Act
    source: Mapped[State | None] = mapped_column(stored(State, "source"))
    dest: Mapped[State | None] = mapped_column(stored(State, "dest"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    actor_role: Mapped[Role]
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    text_digest: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    application: Mapped[Application | None] = relationship(lazy="raise")
    text: Mapped["JournalText | None"] = relationship(lazy="raise", back_populates="entry")


class JournalText(Base):
    """The personal words of an entry (a reason, a comment); erasing them leaves the chain whole."""

    __tablename__ = "journal_text"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT"), primary_key=True
    )
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[str | None] = mapped_column(Text)  # None once erased
    erased_at: Mapped[datetime | None]

    entry: Mapped[JournalEntry] = relationship(lazy="raise", back_populates="text")


class JournalHead(Base):
    """Where a contract's chain ends: locked by whoever appends, compared by the audit."""

    __tablename__ = "journal_head"

    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contract.id", ondelete="RESTRICT"), primary_key=True
    )
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
