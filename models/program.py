"""Programs that come in by the API: their tokens, and the answers kept so that asking twice does once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key
from models.people import Person
from models.territory import Contract


class Scope(StrEnum):
    """What a token lets a program do, within what its person may."""

    READ = "read"
    WRITE = "write"
    MAIL = "mail"
    PEOPLE = "people"
    CALLS = "calls"
    WEBHOOKS = "webhooks"


class ApiToken(Base):
    """A program that acts for a person, in one contract; the secret is kept as a digest.

    `roles` empty: all that the person holds; otherwise these only, and only while they hold them.
    """

    __tablename__ = "api_token"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contract.id", ondelete="RESTRICT"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    start: Mapped[str] = mapped_column(String(20), unique=True)  # what tells it in a list
    scopes: Mapped[list[str]] = mapped_column(JSON)
    roles: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
    contract: Mapped[Contract] = relationship(lazy="raise")


class IdempotentAnswer(Base):
    """What was answered to a request that carried an Idempotency-Key, in the transaction of its work."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[Key]
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    request_digest: Mapped[str] = mapped_column(String(64))
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(index=True)
