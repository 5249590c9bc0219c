"""The shipped policies say what the field says."""

from decimal import Decimal

import pytest

from config.policy import SHIPPED, load_policies
from config.vocabulary import Audience, CatchUp, DayPolicy, Duty, OwedBy

SHIPPED_POLICIES = load_policies()


@pytest.mark.parametrize(
    ("duty", "owed_by", "rule"),
    [
        (Duty.ELIGIBILITY_CHECK, OwedBy.MANAGER, "P1M after call_closes"),
        (Duty.MISSING_PIECE, OwedBy.GRANTEE, "P15D after asked"),
        (Duty.PILOT_OPINION, OwedBy.PILOT, "J-15 before session"),
        (Duty.AGREEMENT, OwedBy.MANAGER, "P2M after decision"),
        (Duty.PUBLICATION, OwedBy.MANAGER, "P3M after signature"),
        (Duty.INTERIM_REPORT, OwedBy.GRANTEE, "10-15 of budget_year"),
        (Duty.FINAL_REPORT, OwedBy.GRANTEE, "P6M after financial_year_end"),
        (Duty.REPORT_REVIEW, OwedBy.PILOT, "P1M after received"),
        (Duty.REPORT_CORRECTION, OwedBy.GRANTEE, "P15D after returned"),
        (Duty.REPAYMENT, OwedBy.GRANTEE, "P2M after decision"),
    ],
)
def test_who_owes_what_by_which_rule(duty: Duty, owed_by: OwedBy, rule: str) -> None:
    entry = SHIPPED_POLICIES.deadlines[duty]

    assert (entry.owed_by, entry.rule.text) == (owed_by, rule)
    assert (entry.policy is DayPolicy.STRICT) is (duty is Duty.INTERIM_REPORT)
    assert entry.required_for_next_request is (duty is Duty.INTERIM_REPORT)
    assert entry.expected.endswith(".")
    assert not entry.label.endswith(".")


def test_what_only_some_obligations_have() -> None:
    deadlines = SHIPPED_POLICIES.deadlines
    opinion = deadlines.pilot_opinion

    assert deadlines.call_closing is DayPolicy.STRICT
    assert deadlines.eligibility_check.pauses_while is Duty.MISSING_PIECE
    assert (str(opinion.otherwise), str(opinion.min_notice)) == ("P30D after eligibility", "P5D")
    assert "15059" in deadlines.final_report.source.form
    assert "2000-321" in deadlines.agreement.source.law
    assert "2001-495" in deadlines.agreement.source.law
    assert "2017-779" in deadlines.publication.source.law


@pytest.mark.parametrize(
    ("amount", "owed"), [("23000", False), ("23000.01", True), ("22999.99", False)]
)
def test_an_agreement_is_owed_strictly_above_the_threshold(amount: str, owed: bool) -> None:
    threshold = SHIPPED_POLICIES.deadlines.agreement.threshold

    assert threshold is not None
    assert threshold.is_exceeded_by(Decimal(amount)) is owed
    assert threshold.per == "funder_and_year"


def test_the_ladder_tells_the_owner_first_and_others_when_late() -> None:
    rungs = SHIPPED_POLICIES.reminders.rungs_for(Duty.FINAL_REPORT)
    owner, pilot, manager = Audience.OWNER, Audience.PILOT, Audience.MANAGER
    last = (owner, pilot, Audience.PILOT_HEAD, manager)

    assert [rung.label for rung in rungs] == ["J-30", "J-7", "J-1", "J+3", "J+15"]
    assert [rung.offset for rung in rungs] == [-30, -7, -1, 3, 15]
    assert [rung.audience for rung in rungs[-2:]] == [(owner, pilot), last]
    assert rungs[-1].catch_up is CatchUp.SEND_LATE
    for duty in Duty:
        ladder = SHIPPED_POLICIES.reminders.rungs_for(duty)
        assert all(rung.audience == (owner,) for rung in ladder if rung.offset < 0)


def test_a_short_deadline_has_a_ladder_of_its_own() -> None:
    rungs = SHIPPED_POLICIES.reminders.rungs_for(Duty.MISSING_PIECE)

    assert [rung.label for rung in rungs] == ["J-7", "J-1", "J+3"]


def test_the_shipped_policies_are_read_once() -> None:
    assert load_policies() is SHIPPED_POLICIES
    assert load_policies(SHIPPED) == SHIPPED_POLICIES
