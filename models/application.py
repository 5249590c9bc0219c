"""An application for funding: its identity, what it asks of each funder, its neighbourhoods."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Cents, Key, Name
from models.call import Call, CommitteeSession
from models.case import Opinion, Piece, Report
from models.payment import Payment
from models.people import Organisation, Person
from models.territory import Fiche, Qpv
from models.vocabulary import LineStatus, Outcome, State, Verdict


class Application(Base):
    """One action for which money is asked, from its submission to the closing of the grant.

    `state` and `outcome` are assigned in `workflows/advance.py` only.
    `requested` and `voted` are the sums of the funder lines, kept here for lists.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "external_reference"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        CheckConstraint(
            "state <> 'committee' OR session_id IS NOT NULL", name="committee_has_session"
        ),
        CheckConstraint(
            "state NOT IN ('funded', 'reporting') OR voted_cents > 0", name="funded_has_amount"
        ),
        CheckConstraint("requested_cents > 0", name="something_asked"),
        CheckConstraint("charges_cents = resources_cents", name="budget_balanced"),
        CheckConstraint("ends_on >= starts_on", name="action_in_order"),
        CheckConstraint("years >= 1", name="years_counted"),
        # Lists are read off these alone (`workflows/applications/picking.py`): `outcome` is there to
        # be looked at without the row.
        Index("ix_application_call_state", "call_id", "state", "id", "outcome"),
        Index("ix_application_call_id", "call_id", "id"),
        Index("ix_application_call_fiche", "call_id", "fiche_id", "id"),
        Index("ix_application_fiche_id_id", "fiche_id", "id"),
        Index("ix_application_fiche_state", "fiche_id", "state", "id", "outcome"),
        Index("ix_application_standing", "id", "call_id", "fiche_id", "state", "outcome"),
        Index("ix_application_state_id", "state", "id"),
        Index("ix_application_age", "call_id", "state", "state_since", "id", "outcome"),
        Index(
            "ix_application_fiche_age",
            "fiche_id",
            "state",
            "state_since",
            "id",
            "call_id",
            "outcome",
        ),
        Index("ix_application_fiche_call", "fiche_id", "call_id", "state", "id", "outcome"),
        Index("ix_application_ended", "state", "ends_on", "id"),
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # CV112-2021-0001
    external_reference: Mapped[str | None] = mapped_column(String(40))  # DAUPHIN's eight digits
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="RESTRICT"))
    fiche_id: Mapped[int] = mapped_column(ForeignKey("fiche.id", ondelete="RESTRICT"))
    applicant_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("committee_session.id", ondelete="RESTRICT"), index=True
    )

    title: Mapped[Name]
    summary: Mapped[str] = mapped_column(Text, default="")
    form_version: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]  # the server's receipt, which decides whether it is late
    late_reason: Mapped[str | None] = mapped_column(
        Text
    )  # a manager's, when admitted after the closing
    renewal: Mapped[bool] = mapped_column(default=False)
    prior_report_on: Mapped[date | None]  # when last year's report came in
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    financial_year_ends_on: Mapped[date]
    years: Mapped[int] = mapped_column(default=1)  # over how many years the amounts run
    charges: Mapped[Decimal] = mapped_column("charges_cents", Cents)
    resources: Mapped[Decimal] = mapped_column("resources_cents", Cents)
    requested: Mapped[Decimal] = mapped_column("requested_cents", Cents)
    voted: Mapped[Decimal] = mapped_column("voted_cents", Cents, default=Decimal(0))
    to_repay: Mapped[Decimal | None] = mapped_column("to_repay_cents", Cents)

    state: Mapped[State]
    outcome: Mapped[Outcome | None]
    state_since: Mapped[datetime]
    changed_at: Mapped[datetime]  # touched by every journal entry, so that two acts at once collide
    revision: Mapped[int] = mapped_column()

    call: Mapped[Call] = relationship(lazy="raise")
    fiche: Mapped[Fiche] = relationship(lazy="raise")
    applicant: Mapped[Organisation] = relationship(lazy="raise")
    contact: Mapped[Person | None] = relationship(lazy="raise")
    session: Mapped[CommitteeSession | None] = relationship(lazy="raise")
    lines: Mapped[list["FunderLine"]] = relationship(
        lazy="raise", order_by="FunderLine.id", cascade="all, delete-orphan"
    )
    pieces: Mapped[list[Piece]] = relationship(lazy="raise", order_by=Piece.id)
    opinions: Mapped[list[Opinion]] = relationship(lazy="raise", order_by=Opinion.id)
    reports: Mapped[list[Report]] = relationship(lazy="raise", order_by=Report.id)
    qpvs: Mapped[list[Qpv]] = relationship(
        lazy="raise", secondary="application_qpv", order_by=Qpv.code
    )

    # Two people deciding at once: the second flush raises StaleDataError.
    __mapper_args__ = {"version_id_col": revision}

    @property
    def paid(self) -> Decimal:
        """What its funders have paid, before anything given back; its lines must be loaded."""
        return sum((line.paid for line in self.lines), Decimal(0))

    @property
    def repaid(self) -> Decimal:
        """What was given back to its funders; its lines must be loaded."""
        return sum((line.repaid for line in self.lines), Decimal(0))


class FunderLine(Base):
    """What one funder is asked, thinks, decides and pays. One action may hold a refused line and a voted one.

    `paid` and `repaid` are the sums of its payments (`models/payment.py`), kept here so that the
    database itself refuses to pay more than was voted.
    """

    __tablename__ = "funder_line"
    __table_args__ = (
        UniqueConstraint("application_id", "funder_id"),
        CheckConstraint("asked_cents >= 0", name="asked_not_negative"),
        CheckConstraint(
            "(status = 'voted' AND voted_cents > 0 AND decided_on IS NOT NULL)"
            " OR (status = 'refused' AND voted_cents = 0 AND decided_on IS NOT NULL)"
            " OR (status = 'pending' AND voted_cents IS NULL AND decided_on IS NULL)",
            name="decision_whole",
        ),
        CheckConstraint(
            "paid_cents >= 0 AND paid_cents <= coalesce(voted_cents, 0)", name="paid_within_voted"
        ),
        CheckConstraint(
            "repaid_cents >= 0 AND repaid_cents <= paid_cents", name="repaid_within_paid"
        ),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    funder_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    asked: Mapped[Decimal] = mapped_column("asked_cents", Cents)
    comment: Mapped[str] = mapped_column(Text, default="")
    opinion: Mapped[Verdict | None]
    proposed: Mapped[Decimal | None] = mapped_column("proposed_cents", Cents)
    status: Mapped[LineStatus] = mapped_column(default=LineStatus.PENDING)
    voted: Mapped[Decimal | None] = mapped_column("voted_cents", Cents)
    decided_on: Mapped[date | None]
    decision_reference: Mapped[str | None] = mapped_column(String(100))
    agreement_signed_on: Mapped[date | None]
    agreement_published_on: Mapped[date | None]
    paid: Mapped[Decimal] = mapped_column("paid_cents", Cents, default=Decimal(0))
    repaid: Mapped[Decimal] = mapped_column("repaid_cents", Cents, default=Decimal(0))

    funder: Mapped[Organisation] = relationship(lazy="raise")
    payments: Mapped[list[Payment]] = relationship(
        lazy="raise", order_by=Payment.id, passive_deletes="all"
    )


class ApplicationQpv(Base):
    """A neighbourhood that an action serves."""

    __tablename__ = "application_qpv"

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    qpv_id: Mapped[int] = mapped_column(
        ForeignKey("qpv.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
