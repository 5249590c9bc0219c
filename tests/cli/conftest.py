"""The command run in this process, on a database with the shipped catalogue and the call of 2021."""

import sys
from collections.abc import Callable

import pytest

from cli.main import main
from tests.workflows.conftest import filled_template, world_url

__all__ = ["Run", "filled_template", "run", "world_url"]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(world_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`jalon …` in the open call: exit code, standard output, standard error."""
    monkeypatch.setenv("JALON_DATABASE_URL", world_url)
    monkeypatch.setenv("JALON_NOW", "2020-12-15")
    monkeypatch.delenv("JALON_LOCALE", raising=False)
    monkeypatch.delenv("JALON_CONTRACT", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["jalon", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        written = capsys.readouterr()
        return code, written.out, written.err

    return command
