"""Reports that await their review are found without reading those of every year."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME = "ix_report_awaited"


def upgrade() -> None:
    """Bring the database one step forward."""
    only = sa.text("status = 'received' AND kind = 'final'")
    op.create_index(NAME, "report", ["application_id"], sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(NAME, table_name="report")
