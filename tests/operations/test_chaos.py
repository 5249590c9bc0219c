"""The trials of `make chaos` in their short form; each must be able to find a fault."""

from pathlib import Path

import pytest
from sqlalchemy import delete

from models import JournalEntry
from models.errors import JalonError
from models.session import engine_for, transaction
from tests.chaos import trials
from tests.chaos.cluster import cluster
from tests.chaos.moving import faults, move, prepare

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.mark.postgres
def test_a_database_that_restarts_loses_and_doubles_no_move() -> None:
    with cluster() as mine:
        if mine is None:
            pytest.skip("PostgreSQL's programs are not installed")
        wrong, told = trials.restarted(mine, 160, 1.0)
        engine_for(mine.url).dispose()
    assert wrong == [], told


def test_a_full_disk_is_told_and_nothing_is_half_done(tmp_path: Path) -> None:
    with trials.small_disk(tmp_path / "small", 6) as small:
        if small is None:
            pytest.skip("no file system can be made here")
        wrong, told = trials.full_disk(small)
    assert wrong == [], told
    assert "full" in told


def test_a_clock_that_jumps_sends_nothing_twice(tmp_path: Path) -> None:
    wrong, told = trials.jumping_clock(tmp_path, 25)
    assert wrong == [], told


def test_movers_that_are_killed_make_each_move_once(tmp_path: Path) -> None:
    wrong, told = trials.killed(f"sqlite:///{tmp_path / 'killed.sqlite3'}", 60, 3)
    assert wrong == [], told


def test_a_move_too_many_or_too_few_would_be_seen(sqlite_url: str) -> None:
    references = prepare(sqlite_url, 2)
    for reference in references:
        while move(sqlite_url, reference, 2):
            pass
    assert faults(sqlite_url, references, 2) == []
    assert len(faults(sqlite_url, references, 3)) == 2
    move(sqlite_url, references[0], 3)
    assert len(faults(sqlite_url, references, 2)) == 1
    with pytest.raises(JalonError), transaction(sqlite_url) as session:
        session.execute(delete(JournalEntry))
