"""What somebody owes by a date, every change of that date, and the reminders it gave rise to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from config.vocabulary import Duty
from models.application import Application
from models.base import Base, Key, Name, only
from models.journal import JournalEntry
from models.people import Organisation
from models.vocabulary import AlertKind, AnswerKind, DatedChange, ObligationStatus, Role, StepFate

OPEN, PAUSED = only("status = 'open'"), only("status = 'paused'")


class Obligation(Base):
    """Something owed: by whom, why, for when. It always has an owner, and ends as met or cancelled."""

    __tablename__ = "obligation"
    __table_args__ = (
        CheckConstraint(
            "(status IN ('met', 'cancelled')) = (ended_on IS NOT NULL)", name="end_dated"
        ),
        CheckConstraint("(status = 'paused') = (paused_from IS NOT NULL)", name="pause_dated"),
        CheckConstraint("owed_by IN ('manager', 'pilot', 'grantee')", name="owner_known"),
        CheckConstraint("effective_on >= nominal_on", name="never_brought_forward"),
        Index("ix_obligation_due", "effective_on", "id", **OPEN),
        Index("ix_obligation_paused", "effective_on", "id", **PAUSED),
        Index("ix_obligation_owed", "owed_by", "effective_on", "id", "application_id", **OPEN),
        Index(
            "ix_obligation_of",
            "organisation_id",
            "owed_by",
            "effective_on",
            "id",
            "application_id",
            **OPEN,
        ),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)  # application:12:final_report
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="RESTRICT"), index=True
    )
    duty: Mapped[Duty]
    owed_by: Mapped[Role]
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    about: Mapped[Name] = mapped_column(
        default=""
    )  # the piece, the funder: what it is about, in words
    rule: Mapped[str] = mapped_column(String(200))
    nominal_on: Mapped[date]
    effective_on: Mapped[date]
    status: Mapped[ObligationStatus] = mapped_column(default=ObligationStatus.OPEN)
    opened_on: Mapped[date]
    paused_from: Mapped[date | None]
    ended_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column()

    application: Mapped[Application] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    changes: Mapped[list["ObligationChange"]] = relationship(
        lazy="raise", order_by="ObligationChange.id", back_populates="obligation"
    )

    __mapper_args__ = {"version_id_col": revision}


class ObligationChange(Base):
    """One change of an obligation, the journal entry behind it, and the dates in force after it."""

    __tablename__ = "obligation_change"

    id: Mapped[Key]
    obligation_id: Mapped[int] = mapped_column(
        ForeignKey("obligation.id", ondelete="RESTRICT"), index=True
    )
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT"), index=True
    )
    change: Mapped[DatedChange]
    at: Mapped[datetime]
    nominal_on: Mapped[date]
    effective_on: Mapped[date]
    status: Mapped[ObligationStatus]
    reason: Mapped[str] = mapped_column(Text, default="")

    obligation: Mapped[Obligation] = relationship(lazy="raise", back_populates="changes")
    entry: Mapped[JournalEntry] = relationship(lazy="raise")


class ObligationAlert(Base):
    """An obligation found late, or escalated, for one date: noted once, whoever looks."""

    __tablename__ = "obligation_alert"
    __table_args__ = (UniqueConstraint("obligation_id", "for_date", "kind"),)

    id: Mapped[Key]
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id", ondelete="RESTRICT"))
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[AlertKind]
    for_date: Mapped[date]  # the effective date that went by

    entry: Mapped[JournalEntry] = relationship(lazy="raise")


class ReminderStep(Base):
    """One rung of a ladder, for one date: dealt with once, whatever the scheduler does."""

    __tablename__ = "reminder_step"
    __table_args__ = (UniqueConstraint("obligation_id", "for_date", "rung"),)

    id: Mapped[Key]
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id", ondelete="RESTRICT"))
    rung: Mapped[int]  # days from the effective date: -7 is a week before
    for_date: Mapped[date]  # the effective date that the rung was counted from
    fate: Mapped[StepFate]
    taken_on: Mapped[date]
    mails: Mapped[list["ReminderMail"]] = relationship(lazy="raise", back_populates="step")


class ReminderMail(Base):
    """A message that carried a rung to one person."""

    __tablename__ = "reminder_mail"

    step_id: Mapped[int] = mapped_column(
        ForeignKey("reminder_step.id", ondelete="RESTRICT"), primary_key=True
    )
    message_id: Mapped[int] = mapped_column(
        ForeignKey("message.id", ondelete="RESTRICT"), primary_key=True, index=True
    )

    step: Mapped[ReminderStep] = relationship(lazy="raise", back_populates="mails")


class ObligationAnswer(Base):
    """What somebody said about a duty and its date; its words are those of the journal entry.

    Reminders wait until the day `until` of the last answer; `rung` is the one that is skipped.
    """

    __tablename__ = "obligation_answer"
    __table_args__ = (
        CheckConstraint("(kind = 'skipped') = (rung IS NOT NULL)", name="skip_names_its_rung"),
        CheckConstraint("(kind = 'skipped') = (until IS NULL)", name="pause_dated"),
    )

    id: Mapped[Key]
    obligation_id: Mapped[int] = mapped_column(
        ForeignKey("obligation.id", ondelete="RESTRICT"), index=True
    )
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT"), unique=True
    )
    kind: Mapped[AnswerKind]
    for_date: Mapped[date]  # the effective date it was said about
    given_on: Mapped[date]
    until: Mapped[date | None]
    rung: Mapped[int | None]

    entry: Mapped[JournalEntry] = relationship(lazy="raise")


class ReminderRun(Base):
    """The digests of one day: how many, under which rules, and whether a person must let them go."""

    __tablename__ = "reminder_run"
    __table_args__ = (
        CheckConstraint("released_at IS NULL OR held_because <> ''", name="released_was_held"),
    )

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(unique=True)
    at: Mapped[datetime]
    rules: Mapped[str] = mapped_column(String(64))  # their fingerprint
    digests: Mapped[int]
    late: Mapped[int]  # reminders that should have left on an earlier day
    held_because: Mapped[str] = mapped_column(Text, default="")
    released_at: Mapped[datetime | None]
    released_by: Mapped[Name] = mapped_column(default="")

    @property
    def held(self) -> bool:
        """Whether a person must still let it go."""
        return bool(self.held_because) and self.released_at is None
