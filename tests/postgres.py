"""A PostgreSQL server for the tests: the one named, the local one, or one started for this run."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.ports import free_port

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
REQUIRED = os.environ.get("JALON_TEST_REQUIRE_POSTGRES") == "1"


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def as_owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; then `nobody` owns the folder and the server."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return ["runuser", "-u", "nobody", "--"]


@contextmanager
def _started(programs: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="jalon-pg-"))
    prefix, port, data = as_owner(folder), free_port(), folder / "data"
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    ctl = [*prefix, str(programs / "pg_ctl"), "-D", str(data), "-w", "-s"]
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [
            *prefix,
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ],
        check=True,
        **quiet,  # type: ignore[call-overload] # keyword arguments of subprocess.run
    )
    subprocess.run([*ctl, "-o", options, "start"], check=True, **quiet)  # type: ignore[call-overload] # idem
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*ctl, "-m", "immediate", "stop"], check=False, **quiet)  # type: ignore[call-overload] # idem
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[str | None]:
    """The URL of a server on which databases can be made, or None when none can be had."""
    for url in filter(None, (os.environ.get("JALON_TEST_POSTGRES_URL"), LOCAL)):
        if _answers(url):
            yield url
            return
    installed = programs()
    if installed is None:
        yield None
        return
    with _started(installed) as url:
        yield url
