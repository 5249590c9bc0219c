"""What the daily sweep costs on a large past: against SQL by hand, in memory, and as the past grows."""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.measure import Figure
from bench.sweep_data import build

LARGE, SMALL = 1_000_000, 200_000
SERVER = os.environ.get("JALON_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def figures(applications: int = SMALL) -> Iterator[Figure]:
    """Every figure, on SQLite, then on PostgreSQL where it answers."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _on("SQLite", applications, f"sqlite:///{folder}/", ".sqlite3")
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        print("PostgreSQL does not answer: its sweeps are not measured", flush=True)
        return
    yield from _on("PostgreSQL", applications, SERVER.rpartition("/")[0] + "/", "")


def _on(engine: str, applications: int, place: str, suffix: str) -> Iterator[Figure]:
    due = applications // 10  # and as many that go on: both sides have them all
    closed, grown = applications - 2 * due, f"{applications:,} applications"
    with _database(place, suffix) as url:
        small = _swept(url, closed // 10, due)
    with _database(place, suffix) as url:
        large = _swept(url, closed, due)
    for name, limit in (("ended", 1.5), ("late", 1.5)):
        detail = f"{large[f'{name}_rows']:.0f} found among {grown}"
        yield Figure(
            f"{engine}: sweep of what {name} / SQL by hand", large[name], limit, "x", detail
        )
    yield Figure(f"{engine}: sweep, memory above its start", large["memory_mb"], 150, "MB", grown)
    quiet, before = large["nothing_due_ms"], small["nothing_due_ms"]
    detail = f"{quiet:.0f} ms against {before:.0f} ms with a tenth of the closed past"
    yield Figure(
        f"{engine}: nothing due / on a tenth of the past", quiet / before, 1.5, "x", detail
    )


def _swept(url: str, closed: int, due: int) -> dict[str, float]:
    build(url, closed, due)
    command = [sys.executable, "-m", "bench.sweep_run", url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


@contextmanager
def _database(place: str, suffix: str) -> Iterator[str]:
    from models.session import engine_for

    name = f"jalon_bench_{uuid.uuid4().hex[:8]}"
    url = f"{place}{name}{suffix}"
    if suffix:
        yield url
        engine_for(url).dispose()
        for path in Path(url.removeprefix("sqlite:///")).parent.glob(f"{name}*"):
            path.unlink()
        return
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield url.replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
