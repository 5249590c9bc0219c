"""What a person chose: how often each kind of mail comes, and a calendar of what they owe."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import Frequency


class MailPreference(Base):
    """How often one person wants one kind of mail; without a row, as it comes."""

    __tablename__ = "mail_preference"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    template: Mapped[str] = mapped_column(String(60), primary_key=True)
    frequency: Mapped[Frequency]
    chosen_at: Mapped[datetime]


class CalendarFeed(Base):
    """A secret address under which a person's duties can be read as a calendar, until it is revoked."""

    __tablename__ = "calendar_feed"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the secret, which is not kept
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
