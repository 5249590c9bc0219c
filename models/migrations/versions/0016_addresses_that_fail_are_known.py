"""Addresses that fail are known, and what came back of which mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database one step forward."""
    op.add_column("person", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("failure", sa.Text(), nullable=True))
    op.create_table(
        "bounce",
        sa.Column("id", _key(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("message_id", _key(), nullable=True),
        sa.Column("person_id", _key(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_bounce_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_bounce_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("digest", name=op.f("uq_bounce_digest")),
    )
    op.create_index(op.f("ix_bounce_message_id"), "bounce", ["message_id"])
    op.create_index(op.f("ix_bounce_person_id"), "bounce", ["person_id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_bounce_person_id"), table_name="bounce")
    op.drop_index(op.f("ix_bounce_message_id"), table_name="bounce")
    op.drop_table("bounce")
    op.drop_column("person", "failure")
    op.drop_column("person", "failing_since")
