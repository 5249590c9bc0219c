"""A file that somebody gave, kept in the database in parts, and what it belongs to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

PART_BYTES = 64 * 1024  # what is held in memory at a time when a file is read, copied or sent


class Attachment(Base):
    """One file: its cleaned name, its type as found in its content, its SHA-256.

    It belongs to a draft, or to an application (and there, perhaps, to a piece or a report).
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("(draft_id IS NULL) <> (application_id IS NULL)", name="belongs_somewhere"),
        CheckConstraint(
            "application_id IS NOT NULL OR (piece_id IS NULL AND report_id IS NULL)",
            name="piece_or_report_of_an_application",
        ),
        CheckConstraint("piece_id IS NULL OR report_id IS NULL", name="one_purpose"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("length(sha256) = 64", name="digest_whole"),
    )

    id: Mapped[Key]
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_draft.id", ondelete="CASCADE"), index=True
    )
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    piece_id: Mapped[int | None] = mapped_column(
        ForeignKey("piece.id", ondelete="CASCADE"), index=True
    )
    report_id: Mapped[int | None] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), index=True
    )
    given_by: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime]


class AttachmentPart(Base):
    """A stretch of a file's bytes, at most `PART_BYTES` of them."""

    __tablename__ = "attachment_part"

    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
