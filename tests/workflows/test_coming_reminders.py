"""The page of coming reminders: those of one contract, the same as the preview, the first when there are many."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Call, Contract
from models.session import engine_for, reading, transaction
from tests.workflows.season import open_season
from workflows import coming_reminders, reached
from workflows.reached import Taken
from workflows.reminder_book import Book, book_of
from workflows.reminders import preview
from workflows.rules import rules_of
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import compose_digests

DAY = date(2021, 9, 1)  # some is late, and the interim reports come near


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    yield found
    engine_for(found).dispose()


def coming(url: str) -> list[coming_reminders.Coming]:
    with reading(url) as session:
        contract_id = session.scalars(select(Call.contract_id)).one()
        return coming_reminders.coming_reminders(session, contract_id, DAY)


def foreseen(url: str) -> list[tuple[date, str]]:
    """The day and the duty of each reminder of the preview."""
    last = DAY + timedelta(days=coming_reminders.DAYS)
    with reading(url) as session:
        return [
            (day, reminder.obligation.key)
            for day, reminders in preview(session, DAY, last, rules_of())
            for reminder in reminders
            for _told in reminder.told
        ]


def test_some_at_a_time_they_are_those_of_the_preview(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = foreseen(url)
    compose_digests(at(DAY, SWEEP_AT), url=url)
    whole = foreseen(url)
    assert 0 < len(whole) < len(before), "some rungs are taken"
    assert len({day for day, _key in before}) > 1
    for at_a_time, read in ((500, 5000), (3, 2), (1, 1)):
        monkeypatch.setattr(coming_reminders, "AT_A_TIME", at_a_time)
        monkeypatch.setattr(reached, "A_READ", read)
        assert sorted((row.day, row.key) for row in coming(url)) == sorted(whole)


def test_the_first_are_read_and_no_more(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = coming(url)
    assert [row.day for row in everything] == sorted(row.day for row in everything)
    loaded: list[int] = []

    def noted(session: Session, keys: list[int], taken: Taken) -> Book:
        loaded.extend(keys)
        return book_of(session, keys, taken)

    monkeypatch.setattr(coming_reminders, "book_of", noted)
    monkeypatch.setattr(coming_reminders, "MOST", 3)
    monkeypatch.setattr(coming_reminders, "AT_A_TIME", 2)

    assert coming(url) == everything[:3]
    assert 0 < len(loaded) < len(everything)


def test_those_of_another_contract_are_not_shown(url: str) -> None:
    with transaction(url) as session:
        other = Contract(code="CV999", name="Ailleurs", starts_on=DAY, ends_on=DAY)
        session.add(other)
        session.flush()
        session.execute(update(Call).values(contract_id=other.id))
        ours = session.scalars(select(Contract.id).where(Contract.id != other.id)).one()
        assert coming_reminders.coming_reminders(session, ours, DAY) == []
        assert coming_reminders.coming_reminders(session, other.id, DAY)
