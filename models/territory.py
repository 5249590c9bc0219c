"""The contract and its ground: enjeux, fiches with their pilots, priority neighbourhoods."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Key, Name
from models.people import Organisation


class Contract(Base):
    """A contrat de ville; everything else belongs to one."""

    __tablename__ = "contract"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="period_in_order"),)

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)  # the national code, CV112 for Montpellier
    name: Mapped[Name]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Enjeu(Base):
    """A strategic issue of the contract; numbers may have gaps (Montpellier has no 8)."""

    __tablename__ = "enjeu"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    number: Mapped[int]
    title: Mapped[Name]


class Fiche(Base):
    """An action sheet of the contract. Its number is text: "1.10" is not "1.1"."""

    __tablename__ = "fiche"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint("number <> ''", name="number_given"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    enjeu_id: Mapped[int] = mapped_column(ForeignKey("enjeu.id", ondelete="RESTRICT"), index=True)
    number: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]  # its rank in the document; natural order of numbers
    title: Mapped[Name]
    objectives: Mapped[list[str]] = mapped_column(JSON)  # as the source marks them, no HTML
    objectives_source: Mapped[str] = mapped_column(Text)  # the cell as it came
    in_call: Mapped[bool]  # open to the call, as the document's flag says
    pilots_source: Mapped[str] = mapped_column(Text)
    retired_on: Mapped[date | None]  # left the document after an application used it

    enjeu: Mapped[Enjeu] = relationship(lazy="raise")
    pilots: Mapped[list["FichePilot"]] = relationship(
        lazy="raise", order_by="FichePilot.position", cascade="all, delete-orphan"
    )


class FichePilot(Base):
    """An organisation in charge of a fiche, in the order of the document; the first one leads."""

    __tablename__ = "fiche_pilot"
    __table_args__ = (UniqueConstraint("fiche_id", "organisation_id"),)

    id: Mapped[Key]
    fiche_id: Mapped[int] = mapped_column(ForeignKey("fiche.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    position: Mapped[int]
    service: Mapped[str | None] = mapped_column(String(200))  # in brackets in the source
    spelling: Mapped[str] = mapped_column(String(200))

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class Qpv(Base):
    """A priority neighbourhood; its code is valid between two dates (the map changed in 2024)."""

    __tablename__ = "qpv"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity_in_order"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contract.id", ondelete="RESTRICT"), index=True
    )
    code: Mapped[Code]  # QP034005 until 2023, QN… since 2024
    name: Mapped[Name]
    commune_insee: Mapped[str] = mapped_column(String(5))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
