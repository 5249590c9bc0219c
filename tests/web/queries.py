"""What a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from models.session import engine_for


@contextmanager
def selects(url: str) -> Iterator[list[str]]:
    """Every SELECT of this process on that database, until the block ends."""
    asked: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append(statement)

    engine = engine_for(url)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
