"""The relay says at once that there is no such mailbox: the address rests as if the mail had come back."""

import pytest
from sqlalchemy import select

from models import Message, Person
from models.session import reading, transaction
from models.vocabulary import MessageStatus as Status
from notifications.leaving import ADDRESS_FAILS
from tests.notifications.postbox import NOW, deliver, fill, one
from tests.notifications.servers import Scripted
from tests.notifications.world import a_world
from workflows.applications.showing import show_application

pytestmark = pytest.mark.slow

CLAIRE = "claire@ville.example"


def delivered(url: str, **script: list[str]) -> None:
    """Two mails for Claire; the first meets this answer."""
    with transaction(url) as session:
        a_world(session)
    fill(url, 2)
    with Scripted(**script) as server:
        deliver(server.relay, url)


def told(url: str) -> list[str]:
    with reading(url) as session:
        query = select(Message.recipient).where(Message.template == "address_failing")
        return sorted(session.scalars(query))


@pytest.mark.parametrize(
    "answer",
    ["550 5.1.1 Unknown user", "551 5.1.6 Moved", "553 5.1.3 Bad syntax", "550 5.1.10 Null MX"],
)
def test_no_such_mailbox_rests_the_address_and_tells_by_name(
    database_url: str, answer: str
) -> None:
    delivered(database_url, RCPT=[answer])
    first, second = (one(database_url, f"award-{number}") for number in range(2))
    assert (first.status, first.outcome) == (Status.REFUSED, answer)
    assert (second.status, second.outcome, second.attempts) == (Status.HELD, ADDRESS_FAILS, 0)
    assert told(database_url) == [
        "helene@ville.example",
        "manon@ville.example",
        "paul@ville.example",
    ]
    with reading(database_url) as session:
        person = session.scalars(select(Person).where(Person.email == CLAIRE)).one()
        assert (person.failing_since, person.failure) == (NOW, answer)
        identity = show_application(session, "CV112-2021-0001").identity
        assert identity["address_failing_since"] == NOW


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("RCPT", "550 5.1.8 Bad sender"),
        ("RCPT", "550 5.2.1 Disabled"),
        ("RCPT", "550 5.1.15 Something else"),
        ("RCPT", "552 5.1.1 Too big"),
        ("RCPT", "450 4.1.1 Perhaps unknown"),
        ("DATA", "550 5.1.1 Unknown user"),
    ],
)
def test_any_other_answer_rests_nobody(sqlite_url: str, stage: str, answer: str) -> None:
    delivered(sqlite_url, **{stage: [answer]})
    assert one(sqlite_url).outcome == answer
    assert one(sqlite_url, "award-1").status is Status.SENT
    assert told(sqlite_url) == []
