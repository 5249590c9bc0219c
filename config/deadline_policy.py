"""`deadlines.yaml` as values: what each kind of obligation is, and when it falls due."""

from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from config.i18n import gettext as _
from config.rule import Period, Rule
from config.vocabulary import DayPolicy, Duty, OwedBy

RuleText = Annotated[Rule, PlainValidator(Rule.parse)]
PeriodText = Annotated[Period, PlainValidator(Period.parse)]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


class Policy(BaseModel):
    """A part of a policy file: never changed once read, and no field but those named."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Item = TypeVar("Item")


def each_once(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The same items; raises ValueError, naming it, when one stands there twice."""
    for place, item in enumerate(items):
        if item in items[:place]:
            raise ValueError(_("« {item} » écrit deux fois, attendu : une fois").format(item=item))
    return items


class Source(Policy):
    """Where a deadline comes from; `practice` says plainly that no text fixes it."""

    law: str = ""
    form: str = ""
    page: str = ""
    practice: str = ""

    @model_validator(mode="after")
    def _names_something(self) -> "Source":
        if not (self.law or self.form or self.page or self.practice):
            raise ValueError(_("source vide, attendu : law, form, page ou practice"))
        return self


class Threshold(Policy):
    """An amount of one funder in one budget year, strictly above which something is owed."""

    strictly_above: Decimal = Field(ge=0)
    per: Literal["funder_and_year"]

    def is_exceeded_by(self, amount: Decimal) -> bool:
        return amount > self.strictly_above


class DeadlinePolicy(Policy):
    """One kind of obligation: who owes what, by which rule, and why."""

    label: Sentence
    expected: Sentence
    owed_by: OwedBy
    rule: RuleText
    otherwise: RuleText | None = None
    min_notice: PeriodText | None = None
    policy: DayPolicy
    pauses_while: Duty | None = None
    threshold: Threshold | None = None
    required_for_next_request: bool = False
    source: Source


class Deadlines(Policy):
    """`deadlines.yaml`: one entry per kind of obligation, none left out."""

    call_closing: DayPolicy
    eligibility_check: DeadlinePolicy
    missing_piece: DeadlinePolicy
    pilot_opinion: DeadlinePolicy
    agreement: DeadlinePolicy
    publication: DeadlinePolicy
    interim_report: DeadlinePolicy
    final_report: DeadlinePolicy
    report_review: DeadlinePolicy
    report_correction: DeadlinePolicy
    repayment: DeadlinePolicy

    def __getitem__(self, duty: Duty) -> DeadlinePolicy:
        entry: DeadlinePolicy = getattr(self, duty)
        return entry
