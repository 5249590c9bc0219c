"""Who is signed in on the web, and the one-time links that let somebody in; secrets are kept as digests."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key
from models.people import Person


class Means(StrEnum):
    """How somebody proved who they are."""

    LINK = "link"  # sent to their address
    OPERATOR = "operator"  # a link printed on the machine that runs Jalon
    OIDC = "oidc"
    CODE = "code"  # a password and a second factor


class SignInLink(Base):
    """A link that signs somebody in once, in the browser that asked for it when there was one.

    Without a person it is that of a fresh installation: whoever opens it becomes its first manager.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (CheckConstraint("expires_at > made_at", name="lasts"),)

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    browser_digest: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    after: Mapped[str | None] = mapped_column(String(300))  # the page of ours asked for before

    person: Mapped[Person | None] = relationship(lazy="raise")


class WebSession(Base):
    """Somebody signed in, in one browser. Ended, it is no more."""

    __tablename__ = "web_session"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    means: Mapped[Means]
    device: Mapped[str] = mapped_column(String(200), default="")  # « Firefox, Linux »
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="raise")
