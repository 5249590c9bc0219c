"""A process killed at each named point: nothing lost, nothing doubled unmarked (the short form)."""

from collections.abc import Iterator

import pytest

from models.session import engine_for, transaction
from tests.faults.deadly import Deadly
from tests.faults.killing import AFTER_THE_ANSWER, POINTS, Killing
from tests.faults.processes import Warm
from tests.notifications.postbox import addressee

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def warm() -> Iterator[Warm]:
    with Warm() as process:
        yield process


def test_at_every_point_nothing_is_lost_and_doubles_are_marked(
    database_url: str, warm: Warm
) -> None:
    with transaction(database_url) as session:
        addressee(session)
    engine_for(database_url).dispose()
    with Deadly() as server:
        killing = Killing(database_url, warm, server)
        for point in POINTS:
            killing.once(point)
    assert killing.faults == []
    assert killing.kills == dict.fromkeys(POINTS, 1)
    assert killing.lost == 0
    assert +killing.doubled == dict.fromkeys(AFTER_THE_ANSWER, 1)
