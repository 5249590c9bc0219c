"""Money that moved for a funder line: paid to the applicant, or given back by them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Cents, Key
from models.vocabulary import PaymentKind


class Payment(Base):
    """One payment, or the entry that undoes one: same kind, the opposite amount.

    The database refuses UPDATE and DELETE here, as in the journal.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(
            "(cancels_id IS NULL) = (amount_cents > 0)", name="only_undoing_is_negative"
        ),
        CheckConstraint("amount_cents <> 0", name="something_moved"),
        CheckConstraint("reference <> ''", name="reference_given"),
    )

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(
        ForeignKey("funder_line.id", ondelete="RESTRICT"), index=True
    )
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id", ondelete="RESTRICT"))
    kind: Mapped[PaymentKind]
    amount: Mapped[Decimal] = mapped_column("amount_cents", Cents)
    paid_on: Mapped[date]  # when the money moved, as the funder's accounts say
    reference: Mapped[str] = mapped_column(String(100))  # of the order to pay, in those accounts
    cancels_id: Mapped[int | None] = mapped_column(
        ForeignKey("payment.id", ondelete="RESTRICT"), unique=True
    )
