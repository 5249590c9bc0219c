"""Mail found by how its recipient begins: the addresses in order, the latest mail of each, off the index."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from models import Message
from models.session import reading
from models.vocabulary import MessageStatus as Status
from tests.notifications.world import World, a_world
from workflows import mail_search, mailbox
from workflows.mail_search import addresses_like, ids_to
from workflows.mailbox import counts_within, page_of_mail

WRITTEN = (  # to whom, in order
    "a.b@ville.example", "ab@ville.example", "a-b@ville.example", "a.b@ville.example",
    "a_b@ville.example", "b@ville.example", "a.b@ville.example", "é@ville.example",
)  # fmt: skip


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """On each engine: they do not sort alike by themselves."""
    with reading(database_url) as session:
        yield a_world(session)


def write(world: World) -> list[Message]:
    found = []
    for place, address in enumerate(WRITTEN):
        message = world.award(f"award:1:{place}")
        message.recipient = address
        found.append(message)
    world.session.flush()
    return found


def test_addresses_that_begin_so_come_in_order_each_once(world: World) -> None:
    contract = write(world)[0].contract_id

    def found(typed: str, contract_id: int = contract) -> list[str]:
        return addresses_like(world.session, contract_id, typed)

    assert found("a.") == ["a.b@ville.example"]
    assert found(" A") == [
        "a-b@ville.example", "a.b@ville.example", "a_b@ville.example", "ab@ville.example",
    ]  # fmt: skip
    assert found("a_b@ville.example") == ["a_b@ville.example"]
    assert found("É") == ["é@ville.example"]
    assert found("%") == found("z") == found("a", contract + 1) == []


def test_no_more_addresses_are_looked_at_than_are_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = write(world)[0].contract_id
    monkeypatch.setattr(mail_search, "ADDRESSES", 2)
    assert len(addresses_like(world.session, contract, "a")) == 3, "one more says that there are"


def test_the_latest_of_each_are_merged_and_narrowed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = write(world)
    written[3].status = Status.HELD
    world.session.flush()
    contract, wanted = written[0].contract_id, ["a.b@ville.example", "b@ville.example"]

    def lines(**more: object) -> list[int]:
        page = page_of_mail(world.session, contract, addresses=wanted, **more)  # type: ignore[arg-type] # several kinds of filter
        return [line.id for line in page.lines]

    numbers = [message.id for message in written]
    assert lines() == [numbers[6], numbers[5], numbers[3], numbers[0]]
    assert lines(before=numbers[5]) == [numbers[3], numbers[0]]
    assert lines(status=Status.HELD) == [numbers[3]]
    assert lines(reference="CV112-2021-0001") == lines()
    assert lines(reference="CV112-2021-0002") == []
    assert list(world.session.scalars(ids_to(contract, [], 5))) == []
    assert counts_within(world.session, contract, "", wanted) == {Status.HELD: 1, Status.WAITING: 3}
    every = counts_within(world.session, contract, "CV112-2021-0001", None)
    assert every == {Status.HELD: 1, Status.WAITING: 7}
    monkeypatch.setattr(mailbox, "COUNTED", 7)
    assert counts_within(world.session, contract, "CV112-2021-0001", None) is None
    assert counts_within(world.session, contract, "CV112-2021-0001", []) == {}


def test_the_latest_are_found_by_the_index_alone(session: Session) -> None:
    world = a_world(session)
    contract = write(world)[0].contract_id
    query = ids_to(contract, WRITTEN[:2], 5, Message.status == Status.HELD, Message.id < 9)
    compiled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    plan = [row[3] for row in world.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    read = [step for step in plan if "message" in step]
    assert len(read) == 2
    assert all("COVERING INDEX ix_message_recipient" in step for step in read), plan
    assert all("recipient=?" in step and "id<?" in step for step in read), plan
