"""`calls.yaml` as values: the calendar by which the call of each year opens, warns and closes."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from config.deadline_policy import PeriodText, Policy, each_once
from config.i18n import gettext as _
from config.rule import Period, Rule

_YEARS = {"year_before": -1, "budget_year": 0}


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of the budget year, « 01-04 of budget_year », or of the one before."""

    rule: Rule
    offset: int

    def __str__(self) -> str:
        year = next(name for name, offset in _YEARS.items() if offset == self.offset)
        return f"{self.rule.text.partition(' of ')[0]} of {year}"

    @classmethod
    def parse(cls, text: object) -> "YearDay":
        """Read a day; raises ValueError, with what was expected, when it cannot."""
        if isinstance(text, YearDay):
            return text
        day, _of, year = text.partition(" of ") if isinstance(text, str) else ("", "", "")
        if year in _YEARS:
            return cls(Rule.parse(f"{day} of budget_year"), _YEARS[year])
        raise ValueError(
            _(
                "jour « {text} » illisible, attendu : « 11-25 of year_before » ou"
                " « 01-04 of budget_year »"
            ).format(text=text)
        )

    @property
    def rank(self) -> tuple[int, tuple[int, int]]:
        """Where it stands among the days of one call."""
        return self.offset, self.rule.month_day or (0, 0)


def _in_days(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    for period in periods:
        if period.months:
            text = _("durée « {text} » en mois, attendu : en jours, comme « P30D »")
            raise ValueError(text.format(text=period))
    return tuple(sorted(periods, key=lambda period: -period.days))


YearDayText = Annotated[YearDay, PlainValidator(YearDay.parse)]
Leads = Annotated[tuple[PeriodText, ...], AfterValidator(each_once), AfterValidator(_in_days)]


class CallCalendar(Policy):
    """When the call of a contract opens and closes each year, its committee days, its warnings."""

    opens: YearDayText
    closes: YearDayText
    committee: Annotated[tuple[YearDayText, ...], AfterValidator(each_once)] = ()
    warn_ahead: Leads = ()

    @model_validator(mode="after")
    def _in_order(self) -> "CallCalendar":
        late = [self.closes, *self.committee]
        if wrong := [day for day in late if day.rank <= self.opens.rank]:
            raise ValueError(
                _(
                    "« {day} » précède l’ouverture (« {opens} »), attendu : un jour après elle"
                ).format(day=wrong[0], opens=self.opens)
            )
        return self


class Calls(Policy):
    """`calls.yaml`: one calendar per contract; a contract without one opens its calls by hand."""

    by_contract: dict[Annotated[str, Field(pattern="^[A-Za-z0-9]{1,40}$")], CallCalendar] = Field(
        default_factory=dict
    )
