"""What became of the latest round of each work that a clock starts."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Round(Base):
    """One row per work, whichever machine did it: when it last ended, and last ended well."""

    __tablename__ = "work_round"

    work: Mapped[str] = mapped_column(String(40), primary_key=True)  # deliver-mail
    ended_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(Text, default="")  # empty when the latest went well
