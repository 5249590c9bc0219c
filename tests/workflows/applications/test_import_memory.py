"""A big workbook: little memory, whatever its length, and nothing kept in the session."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.big_workbook import write_big_workbook
from bench.import_memory import measure
from tests.workflows.applications.intake import bring_in
from tests.workflows.world import World

pytestmark = pytest.mark.slow
NOW = datetime(2021, 1, 6, 9, tzinfo=UTC)


def test_two_thousand_lines_take_little_memory() -> None:
    taken = measure(2_000)
    assert (taken.lines, taken.applications) == (2_000, 800)
    assert taken.peak_mb < 220


def test_the_session_lets_go_of_what_was_written(world: World, tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    write_big_workbook(path, 1_500)
    before = len(list(world.session))
    report = bring_in(world, path, now=NOW)
    assert report.created == 600
    assert len(list(world.session)) < before + 400  # the call's fiches, pilots and sessions
