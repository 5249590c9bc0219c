"""What each obligation's rule gives on the examples of the field, pauses included."""

from datetime import UTC, date, datetime, timedelta

import pytest

from config.policy import load_policies
from config.rule import Rule
from config.vocabulary import Anchor, Duty
from models.errors import BadInput
from models.vocabulary import Role
from workflows.deadlines import Due, WorkingCalendar, due_date, extend_by_pause, nominal_date

POLICIES = load_policies()
CALENDAR = WorkingCalendar(POLICIES.calendar)


@pytest.mark.parametrize(
    ("duty", "anchor", "event", "nominal", "effective"),
    [
        (
            Duty.FINAL_REPORT,
            Anchor.FINANCIAL_YEAR_END,
            "2023-12-31",
            "2024-06-30",  # a Sunday
            "2024-07-01",
        ),
        (Duty.FINAL_REPORT, Anchor.FINANCIAL_YEAR_END, "2021-08-31", "2022-02-28", "2022-02-28"),
        (Duty.FINAL_REPORT, Anchor.FINANCIAL_YEAR_END, "2021-12-31", "2022-06-30", "2022-06-30"),
        (Duty.FINAL_REPORT, Anchor.FINANCIAL_YEAR_END, "2023-08-31", "2024-02-29", "2024-02-29"),
        (Duty.PUBLICATION, Anchor.SIGNATURE, "2021-11-30", "2022-02-28", "2022-02-28"),
        (Duty.ELIGIBILITY_CHECK, Anchor.CALL_CLOSES, "2021-01-04", "2021-02-04", "2021-02-04"),
        (Duty.MISSING_PIECE, Anchor.ASKED, "2021-03-21", "2021-04-05", "2021-04-06"),
        (Duty.AGREEMENT, Anchor.DECISION, "2021-12-31", "2022-02-28", "2022-02-28"),
        (Duty.REPORT_REVIEW, Anchor.RECEIVED, "2022-06-30", "2022-07-30", "2022-08-01"),
        (Duty.REPORT_CORRECTION, Anchor.RETURNED, "2022-07-30", "2022-08-14", "2022-08-16"),
        (Duty.REPAYMENT, Anchor.DECISION, "2020-12-31", "2021-02-28", "2021-03-01"),
    ],
)
def test_shipped_rules_give_the_dates_of_the_field(
    duty: Duty, anchor: Anchor, event: str, nominal: str, effective: str
) -> None:
    entry = POLICIES.deadlines[duty]
    on = date.fromisoformat(event)

    due = due_date(entry, {anchor: on}, budget_year=2021, created_on=on, calendar=CALENDAR)

    assert due == Due(date.fromisoformat(nominal), date.fromisoformat(effective), entry.rule.text)


def test_the_interim_report_is_due_on_a_fixed_day_whatever_it_is() -> None:
    entry = POLICIES.deadlines[Duty.INTERIM_REPORT]

    due = due_date(entry, {}, budget_year=2022, created_on=date(2022, 4, 1), calendar=CALENDAR)

    assert due.nominal == due.effective == date(2022, 10, 15)
    assert not CALENDAR.is_working(due.effective)  # a Saturday


@pytest.mark.parametrize(
    ("session", "created", "due", "rule"),
    [
        (date(2021, 4, 15), date(2021, 2, 4), date(2021, 3, 31), "J-15 before session"),
        (None, date(2021, 2, 4), date(2021, 3, 8), "P30D after eligibility"),  # from a Saturday
        (
            date(2021, 2, 20),
            date(2021, 2, 4),
            date(2021, 2, 9),
            "J-15 before session, at least P5D of notice",
        ),
        (date(2021, 2, 24), date(2021, 2, 4), date(2021, 2, 9), "J-15 before session"),
    ],
)
def test_the_pilot_s_opinion_follows_the_session_else_eligibility_with_five_days_at_least(
    session: date | None, created: date, due: date, rule: str
) -> None:
    anchors = {Anchor.ELIGIBILITY: date(2021, 2, 4)}
    if session:
        anchors[Anchor.SESSION] = session

    found = due_date(
        POLICIES.deadlines[Duty.PILOT_OPINION],
        anchors,
        budget_year=2021,
        created_on=created,
        calendar=CALENDAR,
    )

    assert (found.effective, found.rule_text) == (due, rule)
    assert found.nominal <= found.effective


def test_a_missing_event_is_named_with_what_to_do() -> None:
    with pytest.raises(BadInput) as refused:
        due_date(
            POLICIES.deadlines[Duty.PILOT_OPINION],
            {},
            budget_year=2021,
            created_on=date(2021, 2, 4),
            calendar=CALENDAR,
        )

    assert str(refused.value) == (
        "Impossible de fixer l’échéance pour « donner l’avis du pilote » : il manque la date de"
        " « séance du comité » ou de « recevabilité ». Enregistrez d’abord cette date."
    )
    assert nominal_date(Rule.parse("P1M after decision"), {}, 2021) is None


def test_an_instant_is_not_taken_for_a_date() -> None:
    late_evening = datetime(2021, 1, 4, 23, 30, tzinfo=UTC)

    with pytest.raises(TypeError, match="instant"):
        nominal_date(Rule.parse("P1M after submitted"), {Anchor.SUBMITTED: late_evening}, 2021)


def test_every_duty_has_its_policy_and_an_owner_who_may_act() -> None:
    for duty in Duty:
        assert Role(POLICIES.deadlines[duty].owed_by) in Role
        assert POLICIES.reminders.rungs_for(duty)
    assert set(Duty) | {"call_closing"} == set(type(POLICIES.deadlines).model_fields)


@pytest.mark.parametrize(
    ("due", "paused", "resumed", "expected"),
    [
        ("2021-02-04", "2021-01-20", "2021-02-10", "2021-02-25"),
        ("2021-02-04", "2021-01-20", "2021-01-20", "2021-02-04"),
        ("2021-02-04", "2021-02-04", "2021-02-10", "2021-02-10"),
        ("2021-02-04", "2021-02-05", "2021-02-10", "2021-02-04"),  # it was late already
        ("2024-02-20", "2024-02-10", "2024-03-01", "2024-03-11"),
    ],
)
def test_what_was_left_before_a_pause_is_left_after_it(
    due: str, paused: str, resumed: str, expected: str
) -> None:
    dates = (date.fromisoformat(text) for text in (due, paused, resumed))

    assert extend_by_pause(*dates) == date.fromisoformat(expected)


def test_a_pause_on_the_day_it_was_put_off_to_is_still_in_time() -> None:
    sunday, monday, later = date(2024, 6, 30), date(2024, 7, 1), date(2024, 7, 10)

    assert extend_by_pause(sunday, monday, later, effective=monday) == later
    assert extend_by_pause(sunday, monday + timedelta(days=1), later, effective=monday) == sunday


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="La reprise \\(03/02/2021\\) précède"):
        extend_by_pause(date(2021, 3, 1), date(2021, 2, 4), date(2021, 2, 3))
