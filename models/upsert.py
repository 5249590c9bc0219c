"""Rows written once, whoever writes the same at the same time: the database decides, not the process."""

from typing import Any

from sqlalchemy import Connection, Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.base import Base


def insert_into(
    session: Session | Connection, entity: type[Base] | Table
) -> postgresql.Insert | sqlite.Insert:
    """INSERT in the words of this database, which can say what a conflict does."""
    bind = session if isinstance(session, Connection) else session.get_bind()
    return insert_for(bind.dialect.name, entity)


def insert_for(dialect: str, entity: type[Base] | Table) -> postgresql.Insert | sqlite.Insert:
    """The same, by the name of the database's dialect: for a statement that is made once."""
    return postgresql.insert(entity) if dialect == "postgresql" else sqlite.insert(entity)


def insert_once(session: Session, entity: type[Base], values: dict[str, Any]) -> bool:
    """Write the row unless one like it is there, by any unique constraint; whether it was written.

    Another transaction that is writing the same is waited for.
    """
    row = insert_into(session, entity).values(values).on_conflict_do_nothing()
    key = inspect(entity).primary_key
    return session.execute(row.returning(*key)).first() is not None
