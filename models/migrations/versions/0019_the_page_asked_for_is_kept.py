"""The page asked for before signing in is kept with the link, or with the attempt."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
TABLES = ("sign_in_link", "sign_in_attempt")


def upgrade() -> None:
    """Bring the database one step forward."""
    for table in TABLES:
        op.add_column(table, sa.Column("after", sa.String(length=300), nullable=True))


def downgrade() -> None:
    """Take the step back."""
    for table in reversed(TABLES):
        op.drop_column(table, "after")
