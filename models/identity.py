"""Ways for agents to prove who they are: an identity provider, or the emergency account."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Email, Key
from models.people import Person


class AgentIdentity(Base):
    """A person as an identity provider knows them: its subject never changes, an address may."""

    __tablename__ = "agent_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Key]
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(100), default="")  # who vouches, behind the issuer
    email: Mapped[Email]  # as the provider said it last
    siret: Mapped[str | None] = mapped_column(String(14))
    id_token: Mapped[str] = mapped_column(Text, default="")  # of the last sign-in, to sign out
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")


class SignInAttempt(Base):
    """Somebody sent to the identity provider and not back yet: bound to their browser, used once."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[Key]
    state_digest: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    browser_digest: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    after: Mapped[str | None] = mapped_column(String(300))  # the page of ours asked for before


class EmergencyAccount(Base):
    """A password and a second factor for an administrator, for the day the provider is out of reach.

    `last_step` is the time step of the last code taken: a code never serves twice.
    """

    __tablename__ = "emergency_account"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    password_hash: Mapped[str] = mapped_column(String(300))
    totp_secret: Mapped[str] = mapped_column(String(64))
    last_step: Mapped[int] = mapped_column(default=0)
    recovery: Mapped[list[str]] = mapped_column(JSON)  # digests of the codes left
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    locked_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
