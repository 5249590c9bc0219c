"""An application as the API tells it: who, what, from whom, and what has gathered in its file."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from config.labels import state_label
from models import Application, Fiche, FunderLine
from models.vocabulary import (
    LineStatus,
    Outcome,
    PieceStatus,
    ReportEnding,
    ReportKind,
    ReportStatus,
    State,
    Verdict,
)
from web.api.fields import Money, Told


class FicheShort(Told):
    """The action sheet that an application answers, and who leads it."""

    number: str = Field(examples=["1.10"])
    title: str
    enjeu: int
    pilots: list[str]


class Applicant(Told):
    """The organisation that asks."""

    name: str
    siret: str | None
    rna: str | None


class ContactOut(Told):
    """The person to write to about it."""

    name: str
    email: str


class FunderLineOut(Told):
    """What one funder is asked, thinks and decides. Opinions are not told to applicants."""

    funder: str
    asked: Money
    status: LineStatus
    voted: Money | None
    opinion: Verdict | None
    proposed: Money | None
    comment: str
    decided_on: date | None
    decision_reference: str | None
    agreement_signed_on: date | None
    agreement_published_on: date | None
    paid: Money = Field(description="What the funder has paid, before anything given back.")
    repaid: Money = Field(description="What was given back to it.")


class PieceOut(Told):
    """A document asked of the applicant."""

    name: str
    status: PieceStatus
    asked_on: date
    received_on: date | None


class OpinionOut(Told):
    """What a pilot thinks of it; not told to applicants."""

    organisation: str
    verdict: Verdict
    comment: str
    given_on: date


class ReportOut(Told):
    """An account of the action that came in."""

    kind: ReportKind
    ending: ReportEnding
    status: ReportStatus
    received_on: date
    reviewed_on: date | None
    spent: Money | None


class ApplicationOut(Told):
    """One application, whole. Its `revision` is also its ETag."""

    reference: str = Field(examples=["CV112-2021-0001"])
    external_reference: str | None
    call: int = Field(description="The budget year of its call.", examples=[2021])
    title: str
    summary: str
    state: State
    outcome: Outcome | None = Field(description="How it ended, once it is closed.")
    label: str = Field(description="Where it stands, in words.")
    state_since: datetime
    revision: int
    fiche: FicheShort
    applicant: Applicant
    contact: ContactOut | None
    session: date | None = Field(description="The committee day that it goes to.")
    received_at: datetime
    late_reason: str | None
    renewal: bool
    prior_report_on: date | None
    starts_on: date
    ends_on: date
    financial_year_ends_on: date
    years: int
    charges: Money
    resources: Money
    requested: Money
    voted: Money
    paid: Money
    to_repay: Money | None
    repaid: Money
    qpvs: list[str]
    lines: list[FunderLineOut]
    pieces: list[PieceOut]
    opinions: list[OpinionOut]
    reports: list[ReportOut]


_AS_THEY_ARE = (
    "reference", "external_reference", "title", "summary", "state", "outcome", "state_since",
    "revision", "received_at", "late_reason", "renewal", "prior_report_on", "starts_on", "ends_on",
    "financial_year_ends_on", "years", "charges", "resources", "requested", "voted", "paid",
    "to_repay", "repaid",
)  # fmt: skip


def shown(application: Application, *, inside: bool) -> ApplicationOut:
    """An application loaded whole with its neighbourhoods; `inside`: for those who examine it."""
    own: dict[str, Any] = {name: getattr(application, name) for name in _AS_THEY_ARE}
    opinions = application.opinions if inside else []
    return ApplicationOut(
        **own,
        call=application.call.year,
        label=state_label(application.state, application.outcome),
        fiche=_fiche(application.fiche),
        applicant=Applicant.model_validate(application.applicant),
        contact=ContactOut.model_validate(application.contact) if application.contact else None,
        session=application.session.held_on if application.session else None,
        qpvs=[qpv.code for qpv in application.qpvs],
        lines=[_line(line, inside=inside) for line in application.lines],
        pieces=[PieceOut.model_validate(piece) for piece in application.pieces],
        opinions=[
            OpinionOut(
                organisation=o.organisation.name,
                verdict=o.verdict,
                comment=o.comment,
                given_on=o.given_on,
            )
            for o in opinions
        ],
        reports=[ReportOut.model_validate(report) for report in application.reports],
    )


def _fiche(fiche: Fiche) -> FicheShort:
    return FicheShort(
        number=fiche.number,
        title=fiche.title,
        enjeu=fiche.enjeu.number,
        pilots=[pilot.organisation.name for pilot in fiche.pilots],
    )


def _line(line: FunderLine, *, inside: bool) -> FunderLineOut:
    return FunderLineOut(
        funder=line.funder.name,
        asked=line.asked,
        status=line.status,
        voted=line.voted,
        opinion=line.opinion if inside else None,
        proposed=line.proposed if inside else None,
        comment=line.comment if inside else "",
        decided_on=line.decided_on,
        decision_reference=line.decision_reference,
        agreement_signed_on=line.agreement_signed_on,
        agreement_published_on=line.agreement_published_on,
        paid=line.paid,
        repaid=line.repaid,
    )
