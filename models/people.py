"""Organisations (with the spellings they go by), persons, what they may do, whom to write to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Email, Key, Name, only
from models.vocabulary import AliasKind, Role


class Organisation(Base):
    """A pilot, a funder or an applicant.

    Reference organisations (pilots, funders) belong to a contract: each contract
    has its own "Métropole". Applicants belong to none: one SIRET, one row, for
    the whole installation.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("contract_id", "name"),
        CheckConstraint("siret IS NULL OR length(siret) = 14", name="siret_length"),
        CheckConstraint("rna IS NULL OR length(rna) = 10", name="rna_length"),
        Index(
            "uq_organisation_applicant_siret",
            "siret",
            unique=True,
            **only("contract_id IS NULL"),
        ),
        Index(
            "uq_organisation_applicant_rna",
            "rna",
            unique=True,
            **only("contract_id IS NULL AND siret IS NULL"),
        ),
    )

    id: Mapped[Key]
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT")
    )
    name: Mapped[Name]
    siret: Mapped[str | None] = mapped_column(String(14))
    rna: Mapped[str | None] = mapped_column(String(10))
    leads: Mapped[bool] = mapped_column(
        default=False
    )  # carries the contract; its managers own what nobody else does

    contacts: Mapped[list["Contact"]] = relationship(lazy="raise", order_by="Contact.id")


class OrganisationAlias(Base):
    """A spelling met for an organisation, kept apart from its name."""

    __tablename__ = "organisation_alias"
    __table_args__ = (UniqueConstraint("contract_id", "key"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="RESTRICT"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    spelling: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200))  # the spelling, case folded
    kind: Mapped[AliasKind]
    was_id: Mapped[
        int | None
    ]  # the organisation that went by it, before it was merged into this one


class Person(Base):
    """Someone with an address; e-mail is kept lower case and is theirs alone."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index(
            "ix_person_failing",
            "failing_since",
            **only("failing_since IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    email: Mapped[Email] = mapped_column(unique=True)
    name: Mapped[Name]
    language: Mapped[str] = mapped_column(String(2), default="fr")
    active: Mapped[bool] = mapped_column(default=True)
    failing_since: Mapped[datetime | None]  # their address gets no mail: what is for it is held
    failure: Mapped[str | None] = mapped_column(Text)  # what was said then

    grants: Mapped[list["RoleGrant"]] = relationship(lazy="raise")


class RoleGrant(Base):
    """What a person may do, for one contract (or all) and on behalf of one organisation."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "contract_id", "organisation_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[Role]
    contract_id: Mapped[int | None] = mapped_column(
        ForeignKey("contract.id", ondelete="RESTRICT"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )


class Contact(Base):
    """Whom to write to at an organisation; `head` is who hears of it when nothing comes."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    function: Mapped[str] = mapped_column(String(200), default="")
    head: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="raise")
