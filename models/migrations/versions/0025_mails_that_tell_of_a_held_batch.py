"""The mails that tell of a held batch are few among many: an index holds them alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    only = sa.text("template = 'batch_held'")
    op.create_index(
        "ix_message_batch_held",
        "message",
        ["contract_id"],
        sqlite_where=only,
        postgresql_where=only,
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_message_batch_held", table_name="message")
