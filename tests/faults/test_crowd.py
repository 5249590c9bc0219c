"""Four schedulers and three delivery processes on one database: one mail per key (the short form)."""

from pathlib import Path

import pytest

from models.session import engine_for
from tests.faults.crowd import Crowd, count_waiting
from tests.faults.deadly import Deadly
from tests.workflows.season import open_season, play

pytestmark = [pytest.mark.slow, pytest.mark.long]
ROUNDS = 3


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def season(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The season, on both engines."""
    if request.param == "sqlite":
        return open_season(tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    play(url)
    return url


def test_many_at_work_write_and_send_each_mail_once(season: str) -> None:
    with Deadly() as server:
        crowd = Crowd(season, server)
        crowd.play(ROUNDS)
    engine_for(season).dispose()
    assert crowd.faults == []
    assert crowd.rounds == ROUNDS
    assert crowd.mails >= ROUNDS * 5
    assert count_waiting(season) == 0
    engine_for(season).dispose()
