"""A world to act in: the catalogue loaded and the call open, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.session import engine_for, transaction
from tests.copies import fresh_copy
from tests.workflows.world import World, fill, world_in


@pytest.fixture(scope="session")
def filled_template(sqlite_template: Path) -> Path:
    path = sqlite_template.with_name("filled.sqlite3")
    shutil.copy(sqlite_template, path)
    with transaction(f"sqlite:///{path}") as session:
        fill(session)
    engine_for(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def world_url(filled_template: Path) -> Iterator[str]:
    """A database of its own with the catalogue and the call."""
    with fresh_copy(filled_template) as url:
        yield url


@pytest.fixture
def world(world_url: str) -> Iterator[World]:
    with Session(engine_for(world_url)) as opened:
        yield world_in(opened)
