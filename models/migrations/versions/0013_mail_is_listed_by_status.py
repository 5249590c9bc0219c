"""Mail is listed by status, and ages are read off an index."""

from collections.abc import Sequence

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    op.create_index("ix_message_contract_status", "message", ["contract_id", "status", "id"])
    op.create_index("ix_application_age", "application", ["call_id", "state", "state_since"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_application_age", table_name="application")
    op.drop_index("ix_message_contract_status", table_name="message")
