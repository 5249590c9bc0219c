"""A row written once: the second finds it there, and waits for the first when it must."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models import Bounce
from models.session import reading, transaction
from models.upsert import insert_once

VALUES = {
    "digest": "d" * 64,
    "kind": "hard",
    "detail": "",
    "heard_at": datetime(2021, 2, 15, tzinfo=UTC),
}


def test_a_row_is_written_once_and_the_first_one_stays(database_url: str) -> None:
    for kind, written in (("hard", True), ("soft", False)):
        with transaction(database_url) as session:
            assert insert_once(session, Bounce, VALUES | {"kind": kind}) is written
    with reading(database_url) as session:
        assert session.scalars(select(Bounce.kind)).all() == ["hard"]


@pytest.mark.parametrize("keeps", [True, False])
def test_whoever_comes_second_waits_for_what_becomes_of_the_first(
    database_url: str, *, keeps: bool
) -> None:
    told: list[bool] = []

    def second() -> None:
        with transaction(database_url) as session:
            told.append(insert_once(session, Bounce, VALUES))

    other = threading.Thread(target=second)
    with transaction(database_url) as session:
        assert insert_once(session, Bounce, VALUES)
        other.start()
        if not keeps:
            session.rollback()
    other.join()
    assert told == [not keeps]
