"""What the command must not load before it needs it: schedulers and orchestrators take seconds."""

import os
import subprocess
import sys

import pytest

HEAVY = ("prefect", "apscheduler", "fastapi")
RUN_AND_TELL = """
import sys
from cli.main import main
sys.argv = ["jalon", *sys.argv[1:]]
try:
    main()
except SystemExit as left:
    code = left.code
print("loaded:", sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("words", [["--help"], ["status"], ["status", "--json"]], ids=" ".join)
def test_help_and_status_load_neither_a_scheduler_nor_an_orchestrator(
    words: list[str], sqlite_url: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL, *words],
        env={**os.environ, "JALON_DATABASE_URL": sqlite_url},
        capture_output=True,
        text=True,
    )

    loaded = done.stderr.rpartition("loaded: ")[2]
    assert "'cli'" in loaded, done.stderr
    assert [name for name in HEAVY if f"'{name}'" in loaded] == []
