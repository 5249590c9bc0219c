"""The database's shape: up, down, and the same as the mapped classes say."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from models import Base
from models.errors import Unavailable
from models.schema import current_revision, downgrade, head_revision, upgrade
from models.session import engine_for, reading, transaction


def test_migrations_end_in_the_shape_of_the_models(database_url: str) -> None:
    assert current_revision(database_url) == head_revision()
    with engine_for(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_leaves_nothing_and_up_again_works(database_url: str) -> None:
    downgrade(database_url, "base")
    assert inspect(engine_for(database_url)).get_table_names() == ["alembic_version"]

    upgrade(database_url)
    assert set(Base.metadata.tables) <= set(inspect(engine_for(database_url)).get_table_names())


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_journal(postgres_url: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        engine_for(postgres_url).begin() as connection,
    ):
        connection.execute(text("TRUNCATE journal_entry CASCADE"))


def test_looking_at_a_missing_file_makes_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'absent.sqlite3'}"
    for door in (reading, transaction):
        with pytest.raises(Unavailable, match="jalon init"), door(url):
            pytest.fail("the door opened")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_entry SET action = 'x'", "DELETE FROM journal_entry"]
)
def test_the_database_refuses_to_rewrite_the_journal(database_url: str, statement: str) -> None:
    with transaction(database_url) as session:
        session.execute(
            text(
                "INSERT INTO contract (id, code, name, starts_on, ends_on)"
                " VALUES (1, 'CV112', 'Montpellier', '2015-01-01', '2022-12-31')"
            )
        )
        session.execute(
            text(
                "INSERT INTO journal_entry (id, contract_id, seq, action, actor_role, at, facts,"
                " previous_hash, hash) VALUES (1, 1, 1, 'open_call', 'system', '2021-01-01',"
                " '{}', '', 'h')"
            )
        )
    with (
        pytest.raises(DatabaseError, match="append-only"),
        engine_for(database_url).begin() as connection,
    ):
        connection.execute(text(statement))
