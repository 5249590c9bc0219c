"""How Alembic reaches our database; run through `models.schema`, never by hand."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from models import Base
from models.base import Cents, Instant
from models.session import engine_for


def render_type(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """In a migration, our types are written as what the database sees."""
    if kind == "type" and isinstance(item, TypeEngine):
        if isinstance(item, Cents):
            return "sa.BigInteger()"
        if isinstance(item, Instant):
            return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run the steps asked for on `connection`, inside its transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_type,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with engine_for(context.config.get_main_option("sqlalchemy.url") or "").begin() as opened:
        run(opened)
