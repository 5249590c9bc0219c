"""When something is due: rules counted from events, closed days, pauses. No clock, no database.

A deadline is a civil date; a fact is an instant. Months run from quantième to quantième, the day of
the event is not counted, and the zone is that of the working calendar (Europe/Paris by default).
"""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from config.i18n import gettext as _
from config.policy import Calendar, DeadlinePolicy
from config.rule import Rule, anchor_label, with_notice
from config.vocabulary import Anchor, DayPolicy, Weekday
from models.errors import BadInput

PARIS = ZoneInfo("Europe/Paris")


class WorkingCalendar:
    """Which days are worked: the days of the week, less public holidays and the offices' own."""

    def __init__(self, policy: Calendar) -> None:
        """Raises BadInput when the country or its subdivision has no known public holidays."""
        from holidays import country_holidays

        self.zone = policy.zone
        self._weekdays = {list(Weekday).index(day) for day in policy.working_days}
        self._closed = frozenset(policy.extra_closed_days)
        try:
            self._holidays = country_holidays(policy.country, subdiv=policy.subdivision)
        except NotImplementedError as error:
            raise BadInput(
                _(
                    "calendar.yaml : jours fériés inconnus pour country « {country} » et"
                    " subdivision « {subdivision} », attendu : un pays comme « FR », et une de ses"
                    " subdivisions ou rien"
                ).format(country=policy.country, subdivision=policy.subdivision or "")
            ) from error

    def closed_besides(self, days: Iterable[date]) -> "WorkingCalendar":
        """The same calendar with more closed days; raises nothing."""
        made = copy(self)
        made._closed = self._closed | frozenset(days)  # noqa: SLF001 # a copy of our own
        return made

    def is_working(self, day: date) -> bool:
        """Whether offices are open on `day`; raises nothing."""
        return (
            day.weekday() in self._weekdays
            and day not in self._closed
            and day not in self._holidays
        )

    def next_working_day(self, day: date) -> date:
        """`day` itself when it is worked, else the first after it that is; raises nothing."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day


class Due(NamedTuple):
    """When something is due: as counted, as it binds, and by which rule."""

    nominal: date
    effective: date
    rule_text: str


def nominal_date(rule: Rule, anchors: Mapping[Anchor, date], budget_year: int) -> date | None:
    """The date that `rule` gives; None while its event has no date.

    Raises TypeError when an anchor is an instant: its civil date depends on a zone (`civil_date`).
    """
    if rule.month_day is not None:
        month, day = rule.month_day
        return date(budget_year, 1, 1) + relativedelta(month=month, day=day)
    event = anchors.get(rule.anchor) if rule.anchor else None
    if event is None:
        return None
    if isinstance(event, datetime):
        raise TypeError(f"{rule.anchor} is an instant, not a civil date")
    return event + relativedelta(months=rule.months, days=rule.days)


def effective_date(nominal: date, policy: DayPolicy, calendar: WorkingCalendar) -> date:
    """The date that binds: `nominal`, put off from a closed day unless strict; raises nothing."""
    return nominal if policy is DayPolicy.STRICT else calendar.next_working_day(nominal)


def due_date(
    policy_entry: DeadlinePolicy,
    anchors: Mapping[Anchor, date],
    *,
    budget_year: int,
    created_on: date,
    calendar: WorkingCalendar,
) -> Due:
    """When the obligation is due: by its rule, or the other one, never before its minimum notice.

    The notice counts from `created_on` and wins over the rule, even past the event that the rule
    counts back from. Raises BadInput when neither rule has the date of its event.
    """
    rules = [rule for rule in (policy_entry.rule, policy_entry.otherwise) if rule is not None]
    for rule in rules:
        nominal = nominal_date(rule, anchors, budget_year)
        if nominal is not None:
            break
    else:
        raise BadInput(_missing_dates(policy_entry.label, rules))
    text = rule.text
    if (notice := policy_entry.min_notice) is not None:
        earliest = created_on + relativedelta(months=notice.months, days=notice.days)
        if nominal < earliest:
            nominal, text = earliest, with_notice(rule, notice)
    return Due(nominal, effective_date(nominal, policy_entry.policy, calendar), text)


def _missing_dates(label: str, rules: list[Rule]) -> str:
    events = [f"« {anchor_label(rule.anchor)} »" for rule in rules if rule.anchor]
    return _(
        "Impossible de fixer l’échéance pour « {label} » : il manque la date de {events}."
        " Enregistrez d’abord cette date."
    ).format(label=label, events=_(" ou de ").join(events))


def extend_by_pause(
    due: date, paused_from: date, resumed_on: date, *, effective: date | None = None
) -> date:
    """The nominal date after a pause: what was left on `paused_from` is left again on `resumed_on`.

    What was already late when the clock stopped stays due as it was; `effective` says from when it
    was, if that is not `due` itself. Raises BadInput when the pause ends before it begins.
    """
    if resumed_on < paused_from:
        raise BadInput(
            _(
                "La reprise ({resumed}) précède la suspension ({paused}) ;"
                " corrigez l’une des deux dates."
            ).format(resumed=f"{resumed_on:%d/%m/%Y}", paused=f"{paused_from:%d/%m/%Y}")
        )
    if paused_from > (effective or due):
        return due
    return resumed_on + max(due - paused_from, timedelta(0))


def closing_instant(day: date, zone: ZoneInfo = PARIS) -> datetime:
    """The instant, in UTC, when `day` is over in `zone`: what comes before it is in time.

    Raises nothing.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return midnight.astimezone(UTC)


def civil_date(instant: datetime, zone: ZoneInfo = PARIS) -> date:
    """The date that `instant` falls on in `zone`; raises ValueError when it names no zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone).date()
