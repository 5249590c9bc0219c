"""A PostgreSQL server of our own, to be stopped and started as one likes; the shared one is left alone."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres
from tests.ports import free_port


class Cluster:
    """One server; `crash` is what a power cut does to it, `url` its only database."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._prefix, self._folder = postgres.as_owner(folder), folder
        self._programs, self._port = programs, free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def make(self) -> None:
        words = ["-U", "postgres", "-A", "trust", "-E", "UTF8"]
        self._run("initdb", "-D", str(self._folder / "data"), *words)

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self._port} -k {self._folder} -c fsync=off"
        self._ctl("-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def crash(self) -> None:
        self._ctl("-m", "immediate", "stop")

    def _ctl(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-s", *words)

    def _run(self, program: str, *words: str) -> None:
        command = [*self._prefix, str(self._programs / program), *words]
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL)


@contextmanager
def cluster() -> Iterator[Cluster | None]:
    """A server that runs, or None where PostgreSQL's programs are not installed."""
    programs = postgres.programs()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="jalon-chaos-"))
    mine = Cluster(folder, programs)
    mine.make()
    mine.start()
    try:
        yield mine
    finally:
        mine.crash()
        shutil.rmtree(folder, ignore_errors=True)
