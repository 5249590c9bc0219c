"""A database copied row by row into an empty one, whatever the two engines are."""

from sqlalchemy import Column, func, insert, select, text
from sqlalchemy.orm import Session

from models.base import Base
from models.session import engine_for, reading, transaction

ROWS_AT_A_TIME = 1000


def copy_rows(source: str, dest: str) -> dict[str, int]:
    """Copy every table from `source` to `dest`, both migrated; return the number of rows of each.

    Nothing is kept in `dest` unless all of it arrives. Raises `Unavailable` when either does
    not answer, `Conflict` when `dest` is not empty.
    """
    copied = {}
    with reading(source) as old, transaction(dest) as new:
        if engine_for(dest).dialect.name == "sqlite":
            new.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in Base.metadata.sorted_tables:
            rows = old.execute(
                select(table).order_by(*table.primary_key.columns),
                execution_options={"yield_per": ROWS_AT_A_TIME},
            )
            for part in rows.mappings().partitions():
                new.execute(insert(table), [dict(row) for row in part])
            copied[table.name] = new.scalar(select(func.count()).select_from(table)) or 0
        _go_on_numbering(new)
    return copied


def count_rows(url: str) -> dict[str, int]:
    """How many rows each table has; raises `Unavailable` when the database does not answer."""
    with reading(url) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def _go_on_numbering(session: Session) -> None:
    """PostgreSQL numbers rows from a sequence, which rows that bring their number do not move."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if isinstance(table.autoincrement_column, Column) and "id" in table.columns:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            highest = select(func.max(table.columns.id)).scalar_subquery()
            session.execute(select(func.setval(sequence, highest)).where(highest.is_not(None)))
