"""An application that somebody is still writing: whatever they typed, complete or not."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.application import Application
from models.base import Base, Key
from models.call import Call
from models.people import Person


class SavedDraft(Base):
    """What a person has typed for a call. Once submitted it is empty and points to its application."""

    __tablename__ = "saved_draft"
    __table_args__ = (CheckConstraint("saved_at >= started_at", name="saved_after_start"),)

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="RESTRICT"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), unique=True
    )
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # text by field, as typed
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    call: Mapped[Call] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    application: Mapped[Application | None] = relationship(lazy="raise")
    amending: Mapped["Amending | None"] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )

    # Two windows open on the same draft: the second to save is told, nothing is overwritten.
    __mapper_args__ = {"version_id_col": revision}


class Amending(Base):
    """The application that a draft amends; the draft is deleted once it is sent.

    `base` is what the application said when the draft was begun, so that what others change
    meanwhile is seen. A table of its own: the drafts' would have to be made anew, and SQLite would
    delete their files with the old one.
    """

    __tablename__ = "amending"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    draft_id: Mapped[int] = mapped_column(
        ForeignKey("saved_draft.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    base: Mapped[dict[str, Any]] = mapped_column(JSON)

    application: Mapped[Application] = relationship(lazy="raise")
