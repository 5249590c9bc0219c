"""Obligations that fall late are noted once, in the journal, whatever the clock and its doubles do."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models import JournalEntry, Obligation, ObligationAlert
from models.session import engine_for, reading, transaction
from models.vocabulary import Act, AlertKind, ObligationStatus
from tests.workflows.season import READY, open_season, play
from workflows import pages
from workflows.audit import verify
from workflows.queries import get_contract
from workflows.rules import rules_of
from workflows.simulation import at
from workflows.sweeps import watch_deadlines

MORNING = time(6, 10)
FAR = date(2021, 11, 1)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    opened = open_season(tmp_path)
    yield opened
    engine_for(opened).dispose()


def noted(url: str) -> Counter[tuple[AlertKind, int]]:
    with reading(url) as session:
        alerts = session.scalars(select(ObligationAlert))
        return Counter((alert.kind, alert.obligation_id) for alert in alerts)


def entries(url: str, act: Act) -> list[JournalEntry]:
    with reading(url) as session:
        found = session.scalars(select(JournalEntry).where(JournalEntry.action == act))
        kept = list(found)
        session.expunge_all()
        return kept


def test_the_day_after_its_date_and_not_before_it_is_noted_once(url: str) -> None:
    with reading(url) as session:
        first = session.scalars(
            select(Obligation)
            .where(Obligation.status == ObligationStatus.OPEN, Obligation.effective_on >= READY)
            .order_by(Obligation.effective_on)
        ).first()
        assert first is not None
        due, number, key = first.effective_on, first.id, first.key
    watch_deadlines(at(READY, MORNING), url=url)  # what the season left late already

    watch_deadlines(at(due, time(23, 59)), url=url)
    assert noted(url)[AlertKind.LATE, number] == 0

    assert watch_deadlines(at(due + timedelta(days=1), time(0, 1)), url=url).late > 0
    assert watch_deadlines(at(due + timedelta(days=1), MORNING), url=url).late == 0
    assert noted(url)[AlertKind.LATE, number] == 1
    told = [entry for entry in entries(url, Act.NOTE_LATE) if key in entry.facts["obligations"]]
    assert [entry.actor_role for entry in told] == ["system"]


def test_escalated_on_the_day_of_the_last_rung(url: str) -> None:
    rules = rules_of()
    watch_deadlines(at(FAR, MORNING), url=url)
    with reading(url) as session:
        expected = {
            o.id
            for o in session.scalars(
                select(Obligation).where(Obligation.status == ObligationStatus.OPEN)
            )
            if (last := max(r.offset for r in rules.policies.reminders.rungs_for(o.duty))) > 0
            and o.effective_on + timedelta(days=last) <= FAR
        }
    assert expected
    assert {number for kind, number in noted(url) if kind is AlertKind.ESCALATED} == expected


def test_late_or_skipped_days_note_the_same_as_every_day(tmp_path: Path) -> None:
    said = []
    for name, step in (("daily", 1), ("weekly", 7)):
        folder = tmp_path / name
        folder.mkdir()
        url, day = open_season(folder), READY
        while day <= READY + timedelta(days=70):
            watch_deadlines(at(day, MORNING), url=url)
            day += timedelta(days=step)
        said.append(noted(url))
        engine_for(url).dispose()
    assert said[0] == said[1]
    assert set(said[0].values()) == {1}


def test_an_obligation_with_a_new_date_is_noted_again_for_that_date(url: str) -> None:
    watch_deadlines(at(FAR, MORNING), url=url)
    before = noted(url)
    with transaction(url) as session:
        (moved, *_others) = session.scalars(
            select(Obligation)
            .where(Obligation.status == ObligationStatus.OPEN, Obligation.effective_on < FAR)
            .order_by(Obligation.id)
        )
        moved.effective_on = moved.nominal_on = FAR + timedelta(days=5)
        number = moved.id

    watch_deadlines(at(FAR + timedelta(days=6), MORNING), url=url)

    assert noted(url)[AlertKind.LATE, number] == before[AlertKind.LATE, number] + 1 == 2


def test_two_at_once_note_each_once_and_the_chain_holds(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(database_url)
    monkeypatch.setattr(pages, "AT_A_TIME", 2)
    ready = threading.Barrier(2)
    told: list[int] = []

    def watch() -> None:
        ready.wait()
        told.append(watch_deadlines(at(FAR, MORNING), url=database_url).late)

    threads = [threading.Thread(target=watch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    watch_deadlines(at(FAR, MORNING), url=database_url)

    many = sum(1 for kind, _number in noted(database_url) if kind is AlertKind.LATE)
    assert set(noted(database_url).values()) == {1}
    assert sum(told) <= many
    with reading(database_url) as session:
        late = select(Obligation.id).where(
            Obligation.status == ObligationStatus.OPEN, Obligation.effective_on < FAR
        )
        assert many == len(session.scalars(late).all()) > 2
        assert list(verify(session, get_contract(session))) == []
