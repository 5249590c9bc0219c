"""A draft may amend an application."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database one step forward."""
    op.create_table(
        "amending",
        sa.Column(
            "draft_id",
            KEY,
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_amending_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["saved_draft.id"],
            name=op.f("fk_amending_draft_id_saved_draft"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_amending_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_amending")),
        sa.UniqueConstraint(
            "application_id", "person_id", name=op.f("uq_amending_application_id_person_id")
        ),
    )
    op.create_index(op.f("ix_amending_person_id"), "amending", ["person_id"], unique=False)


def downgrade() -> None:
    """Take the step back; modifications that were not sent would pass for new applications: they go."""
    op.execute("DELETE FROM saved_draft WHERE id IN (SELECT draft_id FROM amending)")
    op.drop_index(op.f("ix_amending_person_id"), table_name="amending")
    op.drop_table("amending")
