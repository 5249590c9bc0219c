"""Ended actions are found in order: many end on the same day."""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    op.drop_index("ix_application_state_ends_on", "application")
    op.create_index("ix_application_ended", "application", ["state", "ends_on", "id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_application_ended", "application")
    op.create_index("ix_application_state_ends_on", "application", ["state", "ends_on"])
