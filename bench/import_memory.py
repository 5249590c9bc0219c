"""How much memory and time the import of a big workbook takes, in a process of its own."""

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

LINES = 100_000


class Measure(NamedTuple):
    """One import, measured."""

    lines: int
    applications: int
    seconds: float
    peak_mb: float

    @property
    def lines_per_second(self) -> float:
        return self.lines / self.seconds


def measure(lines: int = LINES) -> Measure:
    """Write a workbook of `lines` lines, import it in a subprocess, and say what it cost."""
    from bench.big_workbook import write_big_workbook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.xlsx"
        write_big_workbook(path, lines)
        command = [sys.executable, "-m", "bench.import_memory", str(path), str(Path(folder) / "db")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Measure(**json.loads(done.stdout))


def _import(path: Path, database: Path) -> Measure:
    from models.schema import upgrade
    from models.session import transaction
    from workflows.actors import IMPORT, OPERATOR
    from workflows.applications.importing import import_applications
    from workflows.calls import open_call
    from workflows.catalogue.apply import load_shipped
    from workflows.queries import get_call, get_contract

    url, now = f"sqlite:///{database}", datetime(2021, 1, 5, 9, tzinfo=UTC)
    upgrade(url)
    with transaction(url) as session:
        load_shipped(session, now=now)
        opens, closes = date(2020, 11, 25), date(2021, 1, 4)
        contract = get_contract(session)
        open_call(
            session, contract, 2021, opens_on=opens, closes_on=closes, actor=OPERATOR, now=now
        )
    started = time.perf_counter()
    with transaction(url) as session:
        call = get_call(session, get_contract(session).id, 2021)
        report = import_applications(session, path, call, actor=IMPORT, now=now)
    seconds = time.perf_counter() - started
    return Measure(report.lines, report.created, seconds, peak_mb())


def peak_mb() -> float:
    """The most memory this program has held; `ru_maxrss` alone may be that of whoever started it."""
    status = Path("/proc/self/status")
    if status.exists():
        held = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if held:
            return int(held[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_import(Path(sys.argv[1]), Path(sys.argv[2]))._asdict()))
