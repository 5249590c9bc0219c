"""The outbox: mail that is owed, frozen when it is composed, sent later and once."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, only
from models.vocabulary import MessageStatus


class Message(Base):
    """One mail to one recipient. `key` is unique: composing twice owes it once."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sending_dated"),
        CheckConstraint("(status = 'sending') = (lease_until IS NOT NULL)", name="claim_leased"),
        Index("ix_message_contract_status", "contract_id", "status", "id"),
        Index("ix_message_recipient", "contract_id", "recipient", "id", "status"),
        Index(
            "ix_message_to_send",
            "due_at",
            "id",
            **only("status IN ('waiting', 'deferred', 'sending')"),
        ),
        Index(
            "ix_message_doubtful",
            "contract_id",
            **only("doubtful"),
        ),
        Index(
            "ix_message_batch_held",
            "contract_id",
            **only("template = 'batch_held'"),
        ),
        Index(
            "ix_message_stuck",
            "status",
            **only("status IN ('refused', 'held')"),
        ),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200), unique=True)  # digest:2021-06-23:15
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("application.id", ondelete="RESTRICT"), index=True
    )
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    recipient: Mapped[str] = mapped_column(
        String(320).with_variant(String(320, collation="C"), "postgresql")  # for ranges of prefixes
    )
    template: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # the whole mail, as it will leave
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # the data it was composed from
    composed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # no use in sending it from then on
    status: Mapped[MessageStatus] = mapped_column(default=MessageStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    doubtful: Mapped[bool] = mapped_column(default=False)  # may have left twice
    lease_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    sent_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(
        Text, default=""
    )  # the relay's answer, or why it did not leave

    @property
    def answers_to(self) -> str:
        """Who reads the answers; empty when it is the team."""
        return str(self.facts.get("context", {}).get("answers_to", ""))


def may_have_left() -> ColumnElement[bool]:
    """The condition that a message left, is leaving, or may have left."""
    return Message.doubtful | Message.status.in_((MessageStatus.SENT, MessageStatus.SENDING))
