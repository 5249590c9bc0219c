"""What gathers in an application's file: pieces asked, opinions given, reports received."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Cents, Key, only
from models.people import Organisation
from models.vocabulary import PieceStatus, ReportEnding, ReportKind, ReportStatus, Verdict


class Piece(Base):
    """A document that the applicant was asked for, and whether it came."""

    __tablename__ = "piece"
    __table_args__ = (
        CheckConstraint("(status = 'received') = (received_on IS NOT NULL)", name="receipt_dated"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[PieceStatus] = mapped_column(default=PieceStatus.ASKED)
    asked_on: Mapped[date]
    received_on: Mapped[date | None]


class Opinion(Base):
    """A pilot's opinion on an application; `waived` when a manager went on without it, with a reason."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("application_id", "organisation_id"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    verdict: Mapped[Verdict]
    comment: Mapped[str] = mapped_column(Text, default="")
    given_on: Mapped[date]

    organisation: Mapped[Organisation] = relationship(lazy="raise")


AWAITED = "status = 'received' AND kind = 'final'"  # somebody has to review it


class Report(Base):
    """An account of the action that came in; a returned one is followed by a new one."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("(status = 'received') = (reviewed_on IS NULL)", name="review_dated"),
        CheckConstraint("spent_cents IS NULL OR spent_cents >= 0", name="spent_not_negative"),
        CheckConstraint(
            "asked_end IS NULL OR ending = 'new_dates'", name="new_end_only_when_dates_are_asked"
        ),
        Index(
            "ix_report_awaited",
            "application_id",
            **only(AWAITED),
        ),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ReportKind]
    ending: Mapped[ReportEnding]
    status: Mapped[ReportStatus] = mapped_column(default=ReportStatus.RECEIVED)
    received_on: Mapped[date]
    reviewed_on: Mapped[date | None]
    spent: Mapped[Decimal | None] = mapped_column("spent_cents", Cents)
    comment: Mapped[str] = mapped_column(Text, default="")
    asked_end: Mapped[date | None]  # until when the applicant asks to go on
