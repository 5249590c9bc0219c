"""Words that applications are found by are kept contract by contract: a search reads those of its own."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE, ASIDE = "application_word", "application_word_aside"
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = "CREATE TABLE application_word_aside AS SELECT word, application_id FROM application_word"
WITH_CONTRACT = """
INSERT INTO application_word (contract_id, word, application_id)
SELECT c.contract_id, w.word, w.application_id FROM application_word_aside w
JOIN application a ON a.id = w.application_id JOIN call c ON c.id = a.call_id
"""
WITHOUT = (
    "INSERT INTO application_word (word, application_id)"
    " SELECT word, application_id FROM application_word_aside"
)


def upgrade() -> None:
    """Bring the database one step forward."""
    _anew(["contract_id", "word", "application_id"], WITH_CONTRACT)


def downgrade() -> None:
    """Take the step back."""
    _anew(["word", "application_id"], WITHOUT)


def _anew(key: list[str], filled: str) -> None:
    """The table with that key, filled from what it held."""
    columns: dict[str, sa.Column[Any]] = {
        "contract_id": sa.Column("contract_id", NUMBER, autoincrement=False, nullable=False),
        "word": sa.Column(
            "word",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        "application_id": sa.Column("application_id", NUMBER, autoincrement=False, nullable=False),
    }
    op.execute(sa.text(KEPT))
    op.drop_table(TABLE)
    owners = {"contract_id": "contract", "application_id": "application"}
    owned = [
        sa.ForeignKeyConstraint(
            [name], [f"{owner}.id"], name=op.f(f"fk_{TABLE}_{name}_{owner}"), ondelete="CASCADE"
        )
        for name, owner in owners.items()
        if name in key
    ]
    op.create_table(
        TABLE,
        *(columns[name] for name in key),
        *owned,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{TABLE}")),
    )
    op.execute(sa.text(filled))
    op.drop_table(ASIDE)
    op.create_index("ix_application_word_of", TABLE, ["application_id", "word"])
