"""How mail was handed over: every attempt, the health of the relay, what was let through so far."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import MessageStatus, RelayFault


class DeliveryAttempt(Base):
    """One hand-over of a message: by whom, when, and the relay's own words."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    number: Mapped[int]
    worker: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # None when the process ended first
    status: Mapped[MessageStatus]  # what became of the message
    answer: Mapped[str] = mapped_column(Text)
    doubtful: Mapped[bool] = mapped_column(default=False)  # it may have left


class RelayHealth(Base):
    """The circuit breaker of one relay, shared by every process: while it rests, nobody calls it."""

    __tablename__ = "relay_health"

    relay: Mapped[str] = mapped_column(String(300), primary_key=True)  # host:port
    failures: Mapped[int]  # in a row
    fault: Mapped[RelayFault]
    detail: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    rests_until: Mapped[datetime]


class MailQuota(Base):
    """How many messages were handed over in one window of time: the caps are counted here."""

    __tablename__ = "mail_quota"

    scope: Mapped[str] = mapped_column(String(260), primary_key=True)  # day, minute, or a domain
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    used: Mapped[int]


class Bounce(Base):
    """A mail that came back, written down once; without a message when it is of none of ours."""

    __tablename__ = "bounce"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of what came
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text)
    heard_at: Mapped[datetime]
