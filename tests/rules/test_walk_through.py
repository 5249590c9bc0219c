"""The walk-through of README, typed line by line in an empty folder: it shows what README says."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import main
from models.session import engine_for
from tests.rules.code import ROOT
from tests.rules.documents import Typed, walk_through


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with the examples alone, and none of the settings of whoever runs the tests."""
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("JALON_")]:
        monkeypatch.delenv(name)
    engine_for.cache_clear()  # the address of the database is relative to the folder
    yield
    engine_for.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("empty_folder")
def test_the_walk_through_shows_what_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = walk_through()
    assert len(steps) > 30
    for step in steps:
        program, *words = shlex.split(step.text)
        if program == "export":
            monkeypatch.setenv(*words[0].split("=", 1))
            continue
        assert program == "jalon", step.text
        monkeypatch.setattr(sys, "argv", ["jalon", *words])
        code = exit_code()
        told = capsys.readouterr()
        check(step, code, told.out + told.err)


def exit_code() -> int:
    """What the shell would see of the command in `sys.argv`."""
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def check(step: Typed, code: int, told: str) -> None:
    shows = [line for line in step.shows if not line.startswith("exit ")]
    assert bool(code) is step.fails, f"{step.text}\n{told}"
    assert unseen(shows, told) == [], f"{step.text}\n{told}"
    assert (f"exit {code}" in step.shows) is step.fails, step.text


def unseen(expected: list[str], told: str) -> list[str]:
    """The expected lines that do not stand in `told` in this order; « … » is whatever was cut."""
    lines = iter([plain(line) for line in told.splitlines()])
    missing = []
    for line in filter(None, map(plain, expected)):
        start = line.removesuffix("…")
        if start and not any(
            seen == line or (start != line and seen.startswith(start)) for seen in lines
        ):
            missing.append(line)
    return missing


def plain(line: str) -> str:
    """A line without the width of its table: runs of spaces and of rules become one."""
    return re.sub("─+", "─", " ".join(line.split()))


@pytest.mark.parametrize(
    ("expected", "missing"),
    [
        (["a  b", "…", "c d…"], []),
        (["c d e", "a b"], ["a b"]),
        (["a"], ["a"]),
    ],
)
def test_what_is_not_shown_is_seen(expected: list[str], missing: list[str]) -> None:
    assert unseen(expected, "a b\nx\nc  d e\n") == missing
