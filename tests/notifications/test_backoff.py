"""Waits grow, are spread, and are the same each time they are counted."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.backoff import delay
from tests.notifications.postbox import RETRY


def test_waits_double_up_to_a_limit() -> None:
    for number, base in enumerate((1, 2, 4, 8), 1):
        assert base <= delay(number, "award:1:1", RETRY) / RETRY.first <= base * 1.25


@given(st.integers(1, 10_000), st.text(max_size=40))
def test_no_wait_leaves_its_bounds(attempt: int, key: str) -> None:
    wait = delay(attempt, key, RETRY)
    plain = min(RETRY.first * (1 << min(attempt - 1, 12)), RETRY.longest)
    assert plain <= wait <= plain * 5 / 4
    assert wait == delay(attempt, key, RETRY)


def test_a_thousand_messages_do_not_come_back_at_once() -> None:
    waits = [delay(8, f"award:{number}:1", RETRY) for number in range(1000)]
    quarter = (max(waits) - min(waits)) / timedelta(minutes=1)
    assert quarter > 80  # of ninety
    assert len(set(waits)) > 500
