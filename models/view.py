"""A list somebody wants to find again: its filters and columns, theirs alone or shared."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class SavedView(Base):
    """The address of a list, by name; `shared` shows it to all the staff of the contract."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("contract_id", "person_id", "name"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)  # as it stands in the address
    shared: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
