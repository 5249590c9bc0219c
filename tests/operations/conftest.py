"""A season to work on, the means to do so, and a Prefect server for those who ask for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.session import engine_for
from tests.operations.prefect_server import running
from tests.workflows.season import open_season


@pytest.fixture
def season_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A season, and the settings of this process pointing to it."""
    url = open_season(tmp_path)
    monkeypatch.setenv("JALON_DATABASE_URL", url)
    monkeypatch.setenv("JALON_CATCHER_FOLDER", str(tmp_path / "mail"))
    monkeypatch.setenv("JALON_BACKUP_FOLDER", str(tmp_path / "backups"))
    yield url
    engine_for(url).dispose()


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def prefect_api(prefect_home: Path) -> Iterator[str]:
    """A real server, started once; tests that use it share one worker of pytest-xdist."""
    with running(prefect_home) as api:
        yield api


@pytest.fixture
def prefect(prefect_api: str, prefect_home: Path) -> Iterator[str]:
    """This process speaks to that server."""
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_HOME,
        PREFECT_LOGGING_TO_API_ENABLED,
        temporary_settings,
    )

    mine = {
        PREFECT_API_URL: prefect_api,
        PREFECT_HOME: prefect_home,
        PREFECT_LOGGING_TO_API_ENABLED: False,  # its thread would outlive the server
    }
    with temporary_settings(mine):
        yield prefect_api
