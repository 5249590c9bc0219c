"""The latest round of each work is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    op.create_table(
        "work_round",
        sa.Column("work", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("work", name=op.f("pk_work_round")),
    )
    stuck = sa.text("status IN ('refused', 'held')")
    op.create_index(
        "ix_message_stuck", "message", ["status"], sqlite_where=stuck, postgresql_where=stuck
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_message_stuck", "message")
    op.drop_table("work_round")
