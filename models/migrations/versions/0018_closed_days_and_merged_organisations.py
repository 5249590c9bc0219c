"""Closed days are kept by contract, and a merged organisation is known by its former number."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database one step forward."""
    op.create_table(
        "closed_day",
        sa.Column("id", _key(), nullable=False),
        sa.Column("contract_id", _key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_closed_day_contract_id_contract"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
        sa.UniqueConstraint("contract_id", "day", name=op.f("uq_closed_day_contract_id_day")),
    )
    op.add_column("organisation_alias", sa.Column("was_id", _key(), nullable=True))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("organisation_alias", "was_id")
    op.drop_table("closed_day")
