"""The command on a season of its own: applications at every stage, people to remind."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Executable, func, select

from models import Application, JournalEntry, Message, Obligation
from models.base import Base
from models.session import reading
from tests.workflows.season import open_season

_PLACE = Path(
    tempfile.mkdtemp(prefix="jalon-season-")
)  # the same for each test: see tests/copies.py
atexit.register(shutil.rmtree, _PLACE)


def use_season(folder: Path, monkeypatch: pytest.MonkeyPatch, now: str = "2021-03-20") -> str:
    """Point the command at a new season, as of `now`, in `folder`; its database's address."""
    url = open_season(_PLACE)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JALON_DATABASE_URL", url)
    monkeypatch.setenv("JALON_NOW", now)
    return url


def rows(url: str, query: Executable) -> Sequence[tuple[object, ...]]:
    """What a query finds."""
    with reading(url) as session:
        return [tuple(row) for row in session.execute(query)]


def counts(url: str) -> dict[str, int]:
    """How many rows each table holds: what a command that writes nothing leaves as it was."""
    with reading(url) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def state(url: str, reference: str) -> str:
    """The state of one application."""
    query = select(Application.state).where(Application.reference == reference)
    return str(rows(url, query)[0][0])


def last_entry(url: str) -> int:
    """The id of the journal's last entry."""
    return int(str(rows(url, select(func.max(JournalEntry.id)))[0][0]))


def owed_since(url: str, entry: int) -> set[str]:
    """The keys of what became owed after that entry."""
    from models import ObligationChange

    query = (
        select(Obligation.key)
        .join(ObligationChange)
        .where(ObligationChange.entry_id > entry, ObligationChange.change.in_(("opened", "reopened")))
    )  # fmt: skip
    return {str(key) for (key,) in rows(url, query)}


def mail_since(url: str, entry: int) -> set[tuple[object, ...]]:
    """To whom, by which template, with which subject mail was owed after that entry."""
    query = select(Message.recipient, Message.template, Message.subject)
    return set(rows(url, query.where(Message.entry_id > entry)))
