"""The list of what has stood long is read in the order of age, of a call or of a fiche."""

from collections.abc import Sequence

from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AGE, FICHE_AGE = "ix_application_age", "ix_application_fiche_age"


def upgrade() -> None:
    """Bring the database one step forward."""
    op.drop_index(AGE, table_name="application")
    op.create_index(AGE, "application", ["call_id", "state", "state_since", "id", "outcome"])
    op.create_index(
        FICHE_AGE,
        "application",
        ["fiche_id", "state", "state_since", "id", "call_id", "outcome"],
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(FICHE_AGE, table_name="application")
    op.drop_index(AGE, table_name="application")
    op.create_index(AGE, "application", ["call_id", "state", "state_since"])
