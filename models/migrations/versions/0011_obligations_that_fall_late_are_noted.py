"""Obligations that fall late are noted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "obligation_alert",
        sa.Column("id", number, nullable=False),
        sa.Column("obligation_id", number, nullable=False),
        sa.Column("entry_id", number, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "late",
                "escalated",
                name="alertkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("for_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entry.id"],
            name=op.f("fk_obligation_alert_entry_id_journal_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_obligation_alert_obligation_id_obligation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_alert")),
        sa.UniqueConstraint(
            "obligation_id",
            "for_date",
            "kind",
            name=op.f("uq_obligation_alert_obligation_id_for_date_kind"),
        ),
    )
    op.create_index(op.f("ix_obligation_alert_entry_id"), "obligation_alert", ["entry_id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_obligation_alert_entry_id"), "obligation_alert")
    op.drop_table("obligation_alert")
