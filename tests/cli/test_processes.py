"""The command as real processes: an empty folder, pipes that close, terminals narrow and wide."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.season import open_season

pytestmark = pytest.mark.slow
JALON = str(Path(sys.executable).with_name("jalon"))
CLEAN = {
    key: value
    for key, value in os.environ.items()
    if not key.startswith("JALON_") and key not in {"COLUMNS", "LINES", "NO_COLOR"}
}


def jalon(folder: Path, *arguments: str, **env: str) -> tuple[int, str, str]:
    ended = subprocess.run(
        [JALON, *arguments], cwd=folder, env=CLEAN | env, capture_output=True, text=True
    )
    return ended.returncode, ended.stdout, ended.stderr


def on_a_terminal(folder: Path, columns: int, *arguments: str, **env: str) -> list[str]:
    """The lines that somebody sees on a terminal of that width."""
    ours, theirs = pty.openpty()
    size = {"COLUMNS": str(columns), "TERM": "dumb"}
    with subprocess.Popen(
        [JALON, *arguments], cwd=folder, env=CLEAN | size | env, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 65536):
                seen += part
        except OSError:  # the other end is closed: that is how a terminal ends
            pass
    os.close(ours)
    return seen.decode().replace("\r\n", "\n").splitlines()


def test_from_an_empty_folder_to_an_open_call(tmp_path: Path) -> None:
    """The database is under `var/` of the folder, and is not made by looking for it."""
    code, out, err = jalon(tmp_path, "call", "list")
    assert (code, out) == (1, "")
    assert "« jalon init »" in err
    assert list(tmp_path.iterdir()) == []

    assert jalon(tmp_path, "init")[0] == 0
    opened = jalon(
        tmp_path,
        *("call", "open", "2021", "--opens", "2020-11-25", "--closes", "2021-01-04"),
        JALON_NOW="2020-11-20",
    )
    assert opened == (0, "Appel 2021 ouvert du 25/11/2020 au 04/01/2021 sur 39 fiches.\n", "")
    assert (tmp_path / "var" / "jalon.sqlite3").exists()
    code, out, err = jalon(tmp_path, "audit", "verify")
    assert (code, out, err) == (0, "Journal de CV112 : 2 entrées, aucune anomalie.\n", "")


def test_wrong_usage_and_a_bad_address_never_show_a_traceback(tmp_path: Path) -> None:
    code, out, err = jalon(tmp_path, "advance")
    assert (code, out, err.count("\n")) == (2, "", 1)
    code, out, err = jalon(tmp_path, "init", JALON_DATABASE_URL="n’importe quoi")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "Traceback" not in err


def test_a_reader_who_leaves_early_is_no_error(tmp_path: Path) -> None:
    url = open_season(tmp_path)
    with subprocess.Popen(
        [JALON, "obligations", "list", "--json"],
        env=CLEAN | {"JALON_DATABASE_URL": url, "JALON_NOW": "2021-03-20"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode in (0, 1)


@pytest.mark.parametrize(
    ("columns", "typed"),
    [
        (80, "obligations list"),
        (80, "reminders preview --to 2021-06-30"),
        (80, "call list"),
        (160, "reminders preview --to 2021-06-30"),
    ],
)
def test_lines_fit_the_terminal_and_dates_and_references_are_whole(
    tmp_path: Path, columns: int, typed: str
) -> None:
    url = open_season(tmp_path)

    seen = on_a_terminal(
        tmp_path, columns, *typed.split(), JALON_DATABASE_URL=url, JALON_NOW="2021-03-20"
    )

    assert max(map(len, seen)) <= columns
    text = "\n".join(seen)
    assert "…" not in text
    if typed.startswith(("obligations", "reminders")):
        assert "CV112-2021-0009" in text
        assert "18/05/2021" in text.replace("\n", "")
