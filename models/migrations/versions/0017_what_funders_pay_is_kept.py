"""What funders pay, and what is given back to them, is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.migrations.append_only import protect

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BOUNDS = {
    "paid_within_voted": "paid_cents >= 0 AND paid_cents <= coalesce(voted_cents, 0)",
    "repaid_within_paid": "repaid_cents >= 0 AND repaid_cents <= paid_cents",
}
SUMS = ("paid_cents", "repaid_cents")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database one step forward."""
    for table in ("funder_line", "funder_tally"):
        for name in SUMS:
            op.add_column(table, sa.Column(name, sa.BigInteger(), nullable=True))
        changed = sa.table(table, *map(sa.column, SUMS))
        op.execute(changed.update().values(dict.fromkeys(SUMS, 0)))
    with op.batch_alter_table("funder_line") as line:  # before any table refers to it
        for name in SUMS:
            line.alter_column(name, nullable=False)
        for name, holds in BOUNDS.items():
            line.create_check_constraint(op.f(f"ck_funder_line_{name}"), holds)
    with op.batch_alter_table("funder_tally") as tally:
        for name in SUMS:
            tally.alter_column(name, nullable=False)
    _payment()
    protect("payment")


def _payment() -> None:
    op.create_table(
        "payment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "advance",
                "instalment",
                "balance",
                "repayment",
                name="paymentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("cancels_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(cancels_id IS NULL) = (amount_cents > 0)",
            name=op.f("ck_payment_only_undoing_is_negative"),
        ),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_payment_something_moved")),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_payment_reference_given")),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["funder_line.id"],
            name=op.f("fk_payment_line_id_funder_line"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entry.id"],
            name=op.f("fk_payment_entry_id_journal_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["cancels_id"],
            ["payment.id"],
            name=op.f("fk_payment_cancels_id_payment"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("cancels_id", name=op.f("uq_payment_cancels_id")),
    )
    op.create_index(op.f("ix_payment_line_id"), "payment", ["line_id"])


def downgrade() -> None:
    """Take the step back; what was paid is forgotten, the journal keeps it."""
    op.drop_table("payment")  # its triggers go with it
    for table in ("funder_line", "funder_tally"):
        with op.batch_alter_table(table) as changed:
            if table == "funder_line":
                for name in BOUNDS:
                    changed.drop_constraint(op.f(f"ck_funder_line_{name}"), type_="check")
            for name in SUMS:
                changed.drop_column(name)
