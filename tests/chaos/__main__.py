"""`make chaos`: the trials in their long form, one line each; ends with 1 when one finds a fault."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.chaos import trials
from tests.chaos.cluster import cluster

Told = tuple[list[str], str]


def main() -> int:
    """Run them all; what each found wrong, and its figures."""
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="jalon-chaos-") as name:
        folder = Path(name)
        wrong += _show("clock jumps", lambda: trials.jumping_clock(folder, 120))
        wrong += _show(
            "SIGKILL and SIGTERM, SQLite",
            lambda: trials.killed(f"sqlite:///{folder / 'killed.sqlite3'}", 1000, 20),
        )
        with trials.small_disk(folder / "small", 8) as small:
            if small is None:
                print("disk full: no file system can be made here")  # noqa: T201
            else:
                wrong += _show("disk full", lambda: trials.full_disk(small))
    with cluster() as mine:
        if mine is None:
            print("PostgreSQL restarted: its programs are not installed")  # noqa: T201
        else:
            wrong += _show("PostgreSQL restarted", lambda: trials.restarted(mine, 5000, 3.0))
    return 1 if wrong else 0


def _show(name: str, trial: Callable[[], Told]) -> int:
    started = time.monotonic()
    wrong, figures = trial()
    verdict = "ok" if not wrong else f"WRONG {wrong[:5]}"
    print(f"{name:<32} {time.monotonic() - started:5.0f} s  {figures}  {verdict}", flush=True)  # noqa: T201
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
