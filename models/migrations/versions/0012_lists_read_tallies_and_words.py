"""Lists read tallies and words, not every application."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.words import words_of_application

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


TALLIES = """
INSERT INTO tally (call_id, fiche_id, state, outcome, applications, requested_cents, voted_cents)
SELECT call_id, fiche_id, state, coalesce(outcome, ''), count(*), sum(requested_cents), sum(voted_cents)
FROM application GROUP BY call_id, fiche_id, state, outcome
"""
FUNDER_TALLIES = """
INSERT INTO funder_tally (call_id, fiche_id, funder_id, state, applications, asked_cents, voted_cents)
SELECT a.call_id, a.fiche_id, l.funder_id, a.state, count(*), sum(l.asked_cents), coalesce(sum(l.voted_cents), 0)
FROM funder_line l JOIN application a ON a.id = l.application_id
GROUP BY a.call_id, a.fiche_id, l.funder_id, a.state
"""
WORDS = """
SELECT a.id, a.title, o.name, a.reference, a.external_reference
FROM application a JOIN organisation o ON o.id = a.applicant_id
WHERE a.id > :after ORDER BY a.id LIMIT 1000
"""


def _write_words(connection: sa.Connection) -> None:
    after = 0
    while rows := connection.execute(sa.text(WORDS), {"after": after}).all():
        after = rows[-1][0]
        words = [
            {"word": word, "application_id": number}
            for number, *texts in rows
            for word in words_of_application(*texts)
        ]
        connection.execute(
            sa.text(
                "INSERT INTO application_word (word, application_id) VALUES (:word, :application_id)"
            ),
            words,
        )


def upgrade() -> None:
    """Bring the database one step forward."""
    op.create_table(
        "funder_tally",
        sa.Column(
            "call_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "fiche_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "funder_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "eligible",
                "committee",
                "funded",
                "reporting",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "applications", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("asked_cents", sa.BigInteger(), nullable=False),
        sa.Column("voted_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_funder_tally_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fiche_id"],
            ["fiche.id"],
            name=op.f("fk_funder_tally_fiche_id_fiche"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"],
            ["organisation.id"],
            name=op.f("fk_funder_tally_funder_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "call_id", "fiche_id", "funder_id", "state", name=op.f("pk_funder_tally")
        ),
    )
    op.create_table(
        "tally",
        sa.Column(
            "call_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "fiche_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "eligible",
                "committee",
                "funded",
                "reporting",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column(
            "applications", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("requested_cents", sa.BigInteger(), nullable=False),
        sa.Column("voted_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_tally_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fiche_id"], ["fiche.id"], name=op.f("fk_tally_fiche_id_fiche"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "fiche_id", "state", "outcome", name=op.f("pk_tally")),
    )
    op.create_table(
        "application_word",
        sa.Column(
            "word",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "application_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_word_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "application_id", name=op.f("pk_application_word")),
    )
    op.create_index(
        "ix_application_word_application_id", "application_word", ["application_id"], unique=False
    )
    op.create_index("ix_application_call_id", "application", ["call_id", "id"], unique=False)
    op.create_index(
        "ix_application_fiche_call",
        "application",
        ["fiche_id", "call_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_saved_view_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_saved_view_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "contract_id",
            "person_id",
            "name",
            name=op.f("uq_saved_view_contract_id_person_id_name"),
        ),
    )
    op.create_index(op.f("ix_saved_view_person_id"), "saved_view", ["person_id"], unique=False)
    op.execute(TALLIES)
    op.execute(FUNDER_TALLIES)
    _write_words(op.get_bind())


def downgrade() -> None:
    """Bring it back."""
    op.drop_index(op.f("ix_saved_view_person_id"), table_name="saved_view")
    op.drop_table("saved_view")
    op.drop_index("ix_application_fiche_call", table_name="application")
    op.drop_index("ix_application_call_id", table_name="application")
    op.drop_index("ix_application_word_application_id", table_name="application_word")
    op.drop_table("application_word")
    op.drop_table("tally")
    op.drop_table("funder_tally")
