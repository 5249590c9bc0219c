"""What is answered to a reminder is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database one step forward."""
    op.create_table(
        "obligation_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "taken_care_of",
                "delay_asked",
                "snoozed",
                "skipped",
                "resumed",
                name="answerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("for_date", sa.Date(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("rung", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind = 'skipped') = (rung IS NOT NULL)",
            name=op.f("ck_obligation_answer_skip_names_its_rung"),
        ),
        sa.CheckConstraint(
            "(kind = 'skipped') = (until IS NULL)", name=op.f("ck_obligation_answer_pause_dated")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entry.id"],
            name=op.f("fk_obligation_answer_entry_id_journal_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_obligation_answer_obligation_id_obligation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_answer")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_obligation_answer_entry_id")),
    )
    op.create_index(
        op.f("ix_obligation_answer_obligation_id"),
        "obligation_answer",
        ["obligation_id"],
        unique=False,
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_obligation_answer_obligation_id"), table_name="obligation_answer")
    op.drop_table("obligation_answer")
