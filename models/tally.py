"""What lists and figures are read from without counting applications: tallies, and the words of each.

`models/keeping.py` keeps them true at each flush.
"""

from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Cents
from models.vocabulary import State


class Tally(Base):
    """How many applications of a call and fiche stand somewhere, and for how much."""

    __tablename__ = "tally"

    call_id: Mapped[int] = mapped_column(
        ForeignKey("call.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    fiche_id: Mapped[int] = mapped_column(
        ForeignKey("fiche.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[State] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(40), primary_key=True)  # empty while it is open
    applications: Mapped[int]
    requested: Mapped[Decimal] = mapped_column("requested_cents", Cents)
    voted: Mapped[Decimal] = mapped_column("voted_cents", Cents)


class FunderTally(Base):
    """How many applications of a call, fiche and state a funder is asked to fund, for how much, and what it paid."""

    __tablename__ = "funder_tally"

    call_id: Mapped[int] = mapped_column(
        ForeignKey("call.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    fiche_id: Mapped[int] = mapped_column(
        ForeignKey("fiche.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    funder_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[State] = mapped_column(primary_key=True)
    applications: Mapped[int]
    asked: Mapped[Decimal] = mapped_column("asked_cents", Cents)
    voted: Mapped[Decimal] = mapped_column("voted_cents", Cents)
    paid: Mapped[Decimal] = mapped_column("paid_cents", Cents)
    repaid: Mapped[Decimal] = mapped_column("repaid_cents", Cents)


class ApplicationWord(Base):
    """A word that an application is found by, without case or accents: of its title, its applicant."""

    __tablename__ = "application_word"
    __table_args__ = (Index("ix_application_word_of", "application_id", "word"),)

    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contract.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    word: Mapped[str] = mapped_column(
        String(40).with_variant(String(40, collation="C"), "postgresql"),  # for ranges of prefixes
        primary_key=True,
    )
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
