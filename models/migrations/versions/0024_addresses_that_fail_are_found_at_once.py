"""The addresses that get no mail any more are few among many: an index holds them alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    only = sa.text("failing_since IS NOT NULL")
    op.create_index(
        "ix_person_failing", "person", ["failing_since"], sqlite_where=only, postgresql_where=only
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_person_failing", table_name="person")
