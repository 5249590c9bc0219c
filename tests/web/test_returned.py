"""The address where a mail server hands over what came back."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from config.settings import Settings
from models import Bounce, Message, Person
from models.session import reading
from notifications.posting import current_posting
from notifications.sender import current_sender
from tests.notifications.bounced import dsn
from tests.notifications.postbox import NOW, fill, one
from web.app import create_app
from workflows.bounces import LARGEST

CLAIRE, SECRET = "claire@ville.example", "un secret pour le serveur de messagerie"
PATH, MAIL = "/courriels/retours", {"Content-Type": "message/rfc822"}
KEY = {"Authorization": b"Bearer " + SECRET.encode()}


@pytest.fixture
def path(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The return address of a mail to Claire."""
    monkeypatch.setenv("JALON_MAIL_SECRET", "un secret de plus de trente-deux caractères")
    monkeypatch.setenv("JALON_BOUNCE_ADDRESS", "retours@ville.example")
    current_posting.cache_clear()
    current_sender.cache_clear()
    fill(sqlite_url, 1)
    yield current_posting().return_path(one(sqlite_url).id)
    current_posting.cache_clear()


Post = Callable[..., httpx.Response]


def client(url: str, secret: str | None = SECRET) -> Post:
    """What posts to an application with that secret, and gives its answer."""
    settings = Settings.model_validate({"database_url": url, "bounce_hook_secret": secret})
    transport = httpx.ASGITransport(create_app(settings, lambda: NOW), raise_app_exceptions=False)

    async def ask(content: bytes, headers: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as caller:
            return await caller.post(PATH, content=content, headers=headers)

    return lambda content, headers: asyncio.run(ask(content, headers))


def state(url: str) -> tuple[bool, int, int]:
    """Whether Claire's address fails, how many mails came back, how many tell of it."""
    with reading(url) as session:
        failing = session.scalars(select(Person.failing_since).where(Person.email == CLAIRE)).one()
        bounces = session.scalar(select(func.count()).select_from(Bounce))
        told = select(func.count()).where(Message.template == "address_failing")
        return failing is not None, bounces or 0, session.scalar(told) or 0


def test_a_mail_that_came_back_is_taken_in_and_a_second_time_changes_nothing(
    sqlite_url: str, path: str
) -> None:
    caller = client(sqlite_url)
    for content in (dsn(CLAIRE), dsn(CLAIRE), dsn(CLAIRE).replace(b"\r\n", b"\n")):
        answer = caller(content, MAIL | KEY | {"Envelope-To": path})
        assert (answer.status_code, answer.json()) == (200, {"kind": "hard"})
        assert state(sqlite_url) == (True, 1, 3)


@pytest.mark.parametrize(
    ("status", "headers", "content", "said"),
    [
        (401, MAIL, b"x", "Il faut le secret"),
        (401, MAIL | {"Authorization": "Bearer presque"}, b"x", "Il faut le secret"),
        (401, MAIL | {"Authorization": "Basic " + SECRET}, b"x", "Il faut le secret"),
        (401, MAIL | {"Authorization": b"Bearer \xc3\xa9\xff"}, b"x", "Il faut le secret"),
        (415, KEY | {"Content-Type": "text/plain"}, b"x", "« text/plain » refusé, attendu"),
        (415, KEY, b"x", "message/rfc822"),
        (413, MAIL | KEY, b"x" * (LARGEST + 1), "trop volumineux"),
        (400, MAIL | KEY, b" \r\n", "Le message est vide"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words(
    sqlite_url: str, path: str, status: int, headers: Any, content: bytes, said: str
) -> None:
    answer = client(sqlite_url)(content, headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert ("www-authenticate" in answer.headers) is (status == 401)
    assert state(sqlite_url) == (False, 0, 0)


def test_without_a_secret_in_the_settings_nothing_is_taken(sqlite_url: str, path: str) -> None:
    for headers in (MAIL, MAIL | KEY, MAIL | {"Authorization": "Bearer "}):
        answer = client(sqlite_url, None)(dsn(CLAIRE, to=path), headers)
        assert answer.status_code == 503
        assert "JALON_BOUNCE_HOOK_SECRET" in answer.json()["detail"]
    assert state(sqlite_url) == (False, 0, 0)


def test_guesses_are_counted_and_the_mail_server_is_not(sqlite_url: str, path: str) -> None:
    caller = client(sqlite_url)
    wrong = [caller(b"x", MAIL).status_code for _guess in range(61)]
    assert wrong == [401] * 60 + [429]
    good = caller(dsn(CLAIRE, to=path), MAIL | KEY)
    assert good.status_code == 200


def test_a_database_that_is_away_asks_the_mail_server_to_come_again() -> None:
    answer = client("sqlite:////nowhere/at/all.sqlite3")(dsn(CLAIRE), MAIL | KEY)
    assert answer.status_code == 503
