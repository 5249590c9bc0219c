"""Pages read only what they show: an index for each order that a list or a home page asks for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APPLICATION = {
    "ix_application_call_fiche": ["call_id", "fiche_id", "id"],
    "ix_application_fiche_id_id": ["fiche_id", "id"],
    "ix_application_state_id": ["state", "id"],
}
OBLIGATION = {
    "ix_obligation_owed": ["owed_by", "effective_on", "id"],
    "ix_obligation_of": ["organisation_id", "effective_on", "id"],
}


def upgrade() -> None:
    """Bring the database one step forward."""
    for name, columns in APPLICATION.items():
        op.create_index(name, "application", columns)
    is_open, doubtful = sa.text("status = 'open'"), sa.text("doubtful")
    for name, columns in OBLIGATION.items():
        op.create_index(name, "obligation", columns, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(
        "ix_message_doubtful",
        "message",
        ["contract_id"],
        sqlite_where=doubtful,
        postgresql_where=doubtful,
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_message_doubtful", table_name="message")
    for name in OBLIGATION:
        op.drop_index(name, table_name="obligation")
    for name in APPLICATION:
        op.drop_index(name, table_name="application")
