"""Webhooks: who is told of what happens, and each telling that is owed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, only
from models.journal import JournalEntry


class HookStatus(StrEnum):
    """Where the telling of an event stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"  # given up


class WebhookSubscriber(Base):
    """An address that is told of the journal of a contract, as it is written.

    `events` empty: all of them. The secret signs, so it is kept as it is.
    """

    __tablename__ = "webhook_subscriber"
    __table_args__ = (UniqueConstraint("contract_id", "url"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    url: Mapped[str] = mapped_column(String(2000))
    secret: Mapped[str] = mapped_column(String(100))
    events: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    trouble: Mapped[str] = mapped_column(Text, default="")  # why it was stopped, or fails
    made_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event to tell one subscriber; its body is frozen when it is owed."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "entry_id"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sending_dated"),
        CheckConstraint("(status = 'sending') = (lease_until IS NOT NULL)", name="claim_leased"),
        Index(
            "ix_webhook_delivery_to_send",
            "due_at",
            "id",
            **only("status IN ('waiting', 'deferred', 'sending')"),
        ),
    )

    id: Mapped[Key]
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_subscriber.id", ondelete="CASCADE")
    )
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT"), index=True
    )
    event_id: Mapped[str] = mapped_column(String(80))  # the same at each attempt: CV112-42
    body: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[HookStatus] = mapped_column(default=HookStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    sent_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")

    subscriber: Mapped[WebhookSubscriber] = relationship(lazy="raise")
    entry: Mapped[JournalEntry] = relationship(lazy="raise")
