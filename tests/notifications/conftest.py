"""A sender whose addresses the tests know, and a session with one application in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from notifications.posting import current_posting
from notifications.sender import Sender, current_sender
from tests.notifications.world import World, a_world

SENDER = Sender("contrat@ville.example", "Contrat de ville", "equipe@ville.example")


@pytest.fixture(autouse=True)
def sender(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    """The installation's sender, set as an operator would."""
    monkeypatch.setenv("JALON_SENDER_ADDRESS", SENDER.address)
    monkeypatch.setenv("JALON_SENDER_NAME", SENDER.name)
    monkeypatch.setenv("JALON_REPLY_TO", SENDER.reply_to)
    current_sender.cache_clear()
    current_posting.cache_clear()
    yield SENDER
    current_sender.cache_clear()
    current_posting.cache_clear()


@pytest.fixture
def world(session: Session) -> World:
    return a_world(session)
