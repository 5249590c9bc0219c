"""What is owed and paused is few among much: an index holds it alone, the nearest first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    only = sa.text("status = 'paused'")
    op.create_index(
        "ix_obligation_paused", "obligation", ["effective_on", "id"],
        sqlite_where=only, postgresql_where=only,
    )  # fmt: skip


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_obligation_paused", table_name="obligation")
