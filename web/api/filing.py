"""Filing an application through the API: JSON checked by the same rules as the command's options."""

from datetime import datetime
from typing import Annotated

from pydantic import EmailStr, Field, StrictBool, StrictInt
from sqlalchemy.orm import Session

from models import Application
from web.api.credentials import Credentials
from web.api.fields import Day, Given, Line, MoneyIn, Words
from workflows.advance import submit
from workflows.applications.typed import typed_draft
from workflows.queries import get_application, get_call
from workflows.submission import build


class Asked(Given):
    """What is asked of one funder."""

    funder: Line = Field(examples=["Ville"])
    amount: MoneyIn


class NewApplication(Given):
    """An application to file; it is received when the request is."""

    call: Annotated[StrictInt, Field(ge=2000, le=2100)] | None = Field(
        None, description="The budget year; the latest call without it."
    )
    fiche: Line = Field(examples=["1.10"])
    title: Line
    summary: Words = ""
    applicant: Line
    siret: Line | None = Field(None, examples=["73282932000074"])
    rna: Line | None = Field(None, description="When the applicant has no SIRET.")
    contact: Line | None = None
    email: EmailStr | None = None
    starts_on: Day
    ends_on: Day
    financial_year_ends_on: Day | None = None
    charges: MoneyIn
    resources: MoneyIn
    asked: Annotated[list[Asked], Field(min_length=1, max_length=50)]
    renewal: StrictBool = False
    prior_report_on: Day | None = None
    years: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    qpvs: Annotated[list[Line], Field(max_length=50)] = []
    late_reason: Words = Field("", description="A manager's, to admit it after the closing.")
    external_reference: Line | None = None


_FIELDS = {
    "external_reference": "reference",
    "fiche": "fiche",
    "title": "title",
    "summary": "summary",
    "applicant": "applicant",
    "siret": "siret",
    "rna": "rna",
    "contact": "contact",
    "email": "email",
    "starts_on": "starts_on",
    "ends_on": "ends_on",
    "financial_year_ends_on": "financial_year_ends_on",
    "charges": "charges",
    "resources": "resources",
    "prior_report_on": "prior_report_on",
    "years": "years",
    "late_reason": "late_reason",
}
NAMES = {typed: field for field, typed in _FIELDS.items()} | {"funder": "asked"}


def file_application(
    session: Session, caller: Credentials, body: NewApplication, now: datetime
) -> Application:
    """The application, filed and loaded whole; raises `BadInput`, `NotFound`, `Refused`."""
    call = get_call(session, caller.contract_id, body.call)
    said = {typed: as_text(getattr(body, field)) for field, typed in _FIELDS.items()}
    said |= {"renewal": "oui" if body.renewal else None, "qpvs": " ".join(body.qpvs)}
    asks = [(ask.funder, str(ask.amount)) for ask in body.asked]
    draft = typed_draft(session, call, said, asks, now=now, names=NAMES)
    built = build(session, call, draft)
    submit(session, built, caller.actor, now)
    session.flush()
    reference = built.reference
    session.expire_all()
    return get_application(session, reference)


def as_text(value: object) -> str | None:
    """A value as a person would have typed it; None when there is none. Raises nothing."""
    return None if value is None or value == "" else str(value)
