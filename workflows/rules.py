"""The policies in force, ready to be counted with: due dates, thresholds, ladders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from config.policy import Policies, load_policies
from config.vocabulary import Anchor, Duty
from workflows.deadlines import Due, WorkingCalendar, due_date


@dataclass(frozen=True)
class Rules:
    """One reading of `config/policies/`, with its working calendar."""

    policies: Policies
    calendar: WorkingCalendar

    def due(
        self, duty: Duty, anchors: Mapping[Anchor, date], *, budget_year: int, created_on: date
    ) -> Due:
        """When `duty` is due; raises `BadInput` when the event it counts from has no date."""
        return due_date(
            self.policies.deadlines[duty],
            anchors,
            budget_year=budget_year,
            created_on=created_on,
            calendar=self.calendar,
        )

    def needs_agreement(self, yearly_amount: Decimal) -> bool:
        """Whether one funder's amount for one year calls for a signed agreement; raises nothing."""
        threshold = self.policies.deadlines[Duty.AGREEMENT].threshold
        return threshold is not None and threshold.is_exceeded_by(yearly_amount)


@cache
def rules_of(folder: Path | None = None) -> Rules:
    """The rules of a policies folder (the shipped ones without it), read once per process.

    Raises `ConfigError` naming file, line and field of each fault.
    """
    policies = load_policies(folder)
    return Rules(policies, WorkingCalendar(policies.calendar))
