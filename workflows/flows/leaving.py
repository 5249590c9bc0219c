"""How a worker that leaves tells the runs it has started: by a file, whose name they were given.

A signal would end a run of Prefect's in the middle of a mail.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "WORKER_LEAVES_BY"


def leaving() -> bool:
    """Whether the worker that started this run is about to leave; raises nothing."""
    name = os.environ.get(VARIABLE)
    return bool(name) and Path(str(name)).exists()


@contextmanager
def place_to_tell() -> Iterator[Path]:
    """The file to make when the worker leaves; runs started in this block are given its name; raises nothing."""
    with tempfile.TemporaryDirectory(prefix="jalon-worker-") as folder:
        path = Path(folder) / "leaving"
        os.environ[VARIABLE] = str(path)
        try:
            yield path
        finally:
            del os.environ[VARIABLE]
