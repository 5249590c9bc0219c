"""The yearly call for projects: its dates, the fiches it opens, its committee sessions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name
from models.territory import Contract, Fiche


class Call(Base):
    """A call for projects; it takes applications from `opens_on` to the end of `closes_on`, Paris time."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("contract_id", "year"),
        CheckConstraint("closes_on >= opens_on", name="dates_in_order"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    year: Mapped[int]  # the budget year
    title: Mapped[Name]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    numbered: Mapped[int] = mapped_column(default=0)  # how many references were given out
    form_version: Mapped[str] = mapped_column(String(20))  # the cerfa in force, 12156*05 in 2021

    contract: Mapped[Contract] = relationship(lazy="raise")
    fiches: Mapped[list["CallFiche"]] = relationship(lazy="raise", cascade="all, delete-orphan")
    sessions: Mapped[list["CommitteeSession"]] = relationship(
        lazy="raise", order_by="CommitteeSession.held_on"
    )


class CallFiche(Base):
    """A fiche that takes applications in this call."""

    __tablename__ = "call_fiche"

    call_id: Mapped[int] = mapped_column(
        ForeignKey("call.id", ondelete="CASCADE"), primary_key=True
    )
    fiche_id: Mapped[int] = mapped_column(
        ForeignKey("fiche.id", ondelete="RESTRICT"), primary_key=True, index=True
    )

    fiche: Mapped[Fiche] = relationship(lazy="raise")


class CommitteeSession(Base):
    """A day on which the funders decide together."""

    __tablename__ = "committee_session"
    __table_args__ = (UniqueConstraint("call_id", "held_on"),)

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="RESTRICT"))
    held_on: Mapped[date]
    label: Mapped[Name]


class CallStep(Base):
    """Something that the calendar did for the call of a year; the key makes it happen once."""

    __tablename__ = "call_step"
    __table_args__ = (UniqueConstraint("contract_id", "year", "step"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    year: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))  # ahead:30, opened, announced, closed
    done_at: Mapped[datetime]
