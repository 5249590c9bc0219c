"""What every test may ask for: an empty, migrated database on SQLite or PostgreSQL, and a session."""

import socket
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy.orm import Session

from models.schema import upgrade
from models.session import engine_for
from notifications.sender import current_sender
from tests import postgres
from tests.copies import fresh_copy

# No example is refused for its time: the machine may be busy with something else.
settings.register_profile("jalon", deadline=None)
settings.load_profile("jalon")

LONGEST_ID = 200


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Its cases are made while it is collected, which takes seconds: not where they are left out."""
    left_out = "not long" in config.option.markexpr or "not slow" in config.option.markexpr
    return True if collection_path.name == "test_any_request.py" and left_out else None


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """What cannot be the name of a test: a million letters, or bytes in which the hour may stand.

    Each worker sends the names of its tests, and they must be those of the others.
    """
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONGEST_ID):
        return f"{argname} of {len(val)}"
    return None


# What asks for one of these starts a server.
SERVERS = {"site", "signing_site", "client", "provider", "browser"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must stay on one worker goes first: the others have work enough meanwhile."""
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """The fast part starts no server: a test that does says so, or fails here."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("slow") is None:
            patch.setattr(socket.socket, "listen", _refused)
        return (yield)


def _refused(*_arguments: object) -> None:
    pytest.fail("this test starts a server: mark it slow")


@pytest.fixture(autouse=True)
def _nobody_elses_sender() -> None:
    """The sender is read once per process: what another test set must not stay."""
    current_sender.cache_clear()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; each test works on a copy."""
    path = tmp_path_factory.mktemp("template") / "jalon.sqlite3"
    upgrade(f"sqlite:///{path}")
    engine_for(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> Iterator[str]:
    with fresh_copy(sqlite_template) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as url:
        if url is None:
            message = "no PostgreSQL server reachable and none could be started"
            if postgres.REQUIRED:
                pytest.fail(message)
            pytest.skip(message)
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated, empty database; each test works on a copy."""
    name = f"jalon_template_{uuid.uuid4().hex[:12]}"
    _administer(postgres_server, f"CREATE DATABASE {name}")
    url = _url(postgres_server, name)
    upgrade(url)
    engine_for(url).dispose()
    yield name
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    name = f"jalon_test_{uuid.uuid4().hex[:12]}"
    _administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    url = _url(postgres_server, name)
    yield url
    engine_for(url).dispose()
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database, on both engines: a test that asks for it runs twice."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def session(sqlite_url: str) -> Iterator[Session]:
    """A session on SQLite, never committed."""
    with Session(engine_for(sqlite_url)) as opened:
        yield opened


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _url(server: str, name: str) -> str:
    return server.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0] + f"/{name}"
