"""Copies of a prepared SQLite file, one after the other at the same place.

An engine is made once per address and remembers the statements it has compiled; a new address for
each test would have every statement compiled again, a third of the time of the fast tests.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.session import engine_for


@contextmanager
def fresh_copy(template: Path) -> Iterator[str]:
    """The address of a copy of `template`, made for this block and gone with it."""
    path = template.with_name(f"{template.stem}-copy.sqlite3")
    url = f"sqlite:///{path}"
    shutil.copy(template, path)
    try:
        yield url
    finally:
        engine_for(url).dispose()
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
