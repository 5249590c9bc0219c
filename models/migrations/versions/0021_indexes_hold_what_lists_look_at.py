"""Lists and home pages look at indexes alone: these hold the columns that they ask about."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Indexes = dict[str, tuple[str, list[str]]]
BEFORE: Indexes = {
    "ix_application_call_state": ("application", ["call_id", "state", "id"]),
    "ix_application_fiche_call": ("application", ["fiche_id", "call_id", "state", "id"]),
    "ix_application_fiche_id": ("application", ["fiche_id"]),
    "ix_application_word_application_id": ("application_word", ["application_id"]),
    "ix_obligation_owed": ("obligation", ["owed_by", "effective_on", "id"]),
    "ix_obligation_of": ("obligation", ["organisation_id", "effective_on", "id"]),
}
AFTER: Indexes = {
    "ix_application_call_state": ("application", ["call_id", "state", "id", "outcome"]),
    "ix_application_fiche_call": ("application", ["fiche_id", "call_id", "state", "id", "outcome"]),
    "ix_application_fiche_state": ("application", ["fiche_id", "state", "id", "outcome"]),
    "ix_application_standing": ("application", ["id", "call_id", "fiche_id", "state", "outcome"]),
    "ix_application_word_of": ("application_word", ["application_id", "word"]),
    "ix_obligation_owed": ("obligation", ["owed_by", "effective_on", "id", "application_id"]),
    "ix_obligation_of": (
        "obligation",
        ["organisation_id", "owed_by", "effective_on", "id", "application_id"],
    ),
}


def _replace(old: Indexes, new: Indexes) -> None:
    for name, (table, _columns) in old.items():
        op.drop_index(name, table_name=table)
    for name, (table, columns) in new.items():
        only = sa.text("status = 'open'") if table == "obligation" else None
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    """Bring the database one step forward."""
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    """Take the step back."""
    _replace(AFTER, BEFORE)
