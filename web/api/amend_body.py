"""An application amended through the API: only the fields that are sent change."""

from typing import Annotated, Literal

from pydantic import EmailStr, Field, StrictBool

from models import Application
from web.api.act_bodies import ActBody
from web.api.fields import Day, Line, MoneyIn, Words
from web.api.filing import NAMES, Asked, as_text
from workflows.desk import Desk
from workflows.drafts.amending_fields import amend_fields


class Amend(ActBody):
    """Change what was submitted, before anybody begins to examine it; the applicant is told.

    A field that is left out, or null, stays as it is. Only the team changes who applies; once the
    call is closed it gives a reason.
    """

    act: Literal["amend"]
    fiche: Line | None = Field(None, examples=["1.10"])
    title: Line | None = None
    summary: Words | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    financial_year_ends_on: Day | None = None
    charges: MoneyIn | None = None
    resources: MoneyIn | None = None
    asked: Annotated[list[Asked], Field(max_length=50)] = Field(
        default_factory=list, description="Other funders keep their amount; 0 takes one off."
    )
    renewal: StrictBool | None = None
    qpvs: Annotated[list[Line], Field(max_length=50)] | None = None
    applicant: Line | None = None
    siret: Line | None = None
    rna: Line | None = None
    contact: Line | None = None
    email: EmailStr | None = None
    reason: Words = ""

    def perform(self, desk: Desk, application: Application) -> None:
        said = {name: as_text(getattr(self, name)) for name in _PLAIN}
        renewal = None if self.renewal is None else "oui" if self.renewal else "non"
        said |= {"renewal": renewal, "qpvs": None if self.qpvs is None else " ".join(self.qpvs)}
        asks = [(ask.funder, str(ask.amount)) for ask in self.asked]
        amend_fields(desk, application, said, asks, reason=self.reason, names=NAMES)


_PLAIN = Amend.model_fields.keys() - {"act", "dry_run", "asked", "renewal", "qpvs", "reason"}
