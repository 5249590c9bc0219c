"""The days that the offices of a contract are closed, besides weekends and public holidays."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Name


class ClosedDay(Base):
    """A day without work in one contract: a bridge, a local holiday."""

    __tablename__ = "closed_day"
    __table_args__ = (UniqueConstraint("contract_id", "day"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    day: Mapped[date]
    label: Mapped[Name] = mapped_column(default="")  # « pont de l’Ascension »
