"""Mail is found by the beginning of the address that it is to, the latest first, off one index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _order(collation: str | None) -> None:
    """SQLite compares letter by letter already."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("message", "recipient", type_=sa.String(320, collation=collation))


def upgrade() -> None:
    """Bring the database one step forward."""
    _order("C")
    op.create_index("ix_message_recipient", "message", ["contract_id", "recipient", "id", "status"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_message_recipient", table_name="message")
    _order(None)
