"""What is due each day: the same as counted out, and no more read than is counted."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from models import Application, Call, Obligation
from models.session import engine_for, reading, transaction
from models.vocabulary import ObligationStatus
from tests.workflows.applications.test_picking import sights
from tests.workflows.season import open_season, play
from workflows import due_days
from workflows.accounts.sight import Sight
from workflows.due_days import Due, due_each_day
from workflows.queries import get_contract

DAYS = [date(2021, 3, 1) + timedelta(days=n) for n in range(31)]
BUSY = date(2021, 3, 10)
MANY = 5_000


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with reading(open_season(tmp_path_factory.mktemp("due"))) as opened:
        yield opened


def counted_out(session: Session, sight: Sight) -> list[int]:
    query = (
        select(Obligation.effective_on)
        .join(Application, Application.id == Obligation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(Obligation.status == ObligationStatus.OPEN, sight.of_applications())
    )
    found = list(session.scalars(query))
    return [found.count(day) for day in DAYS]


def test_each_day_counts_what_one_sees(season: Session) -> None:
    every = [counted_out(season, sight) for sight in sights(season)]
    assert sum(any(counts) for counts in every) > 5
    for sight, counts in zip(sights(season), every, strict=True):
        assert due_each_day(season, sight, DAYS) == [
            Due(day, count) for day, count in zip(DAYS, counts, strict=True)
        ]


def test_what_was_not_counted_is_said(season: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, *others = sights(season)
    most = max(counted_out(season, whole))
    assert most > 1
    monkeypatch.setattr(due_days, "COUNTED", 1)
    monkeypatch.setattr(due_days, "LOOKED_AT", 1)
    for sight in (whole, *others):
        for due, count in zip(
            due_each_day(season, sight, DAYS), counted_out(season, sight), strict=True
        ):
            assert due.many <= min(count, 1)
            assert due.beyond or due.many == count
    busiest = max(due_each_day(season, whole, DAYS), key=lambda due: due.many)
    assert str(busiest) == "1+"


@pytest.mark.postgres
def test_a_day_when_much_is_due_is_not_read_whole(postgres_url: str) -> None:
    play(postgres_url)
    with transaction(postgres_url) as session:
        session.execute(text(_MUCH), {"day": BUSY, "many": MANY})
    with engine_for(postgres_url).begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    with reading(postgres_url) as session:
        whole, *others = sights(session)
        assert max(counted_out(session, whole)) >= MANY
        assert obligations_read(session, whole) <= len(DAYS) * (due_days.COUNTED + 1)
        led = next(sight for sight in others if sight.pilots)
        assert obligations_read(session, led) <= len(DAYS) * (due_days.LOOKED_AT + 1)
        busy = due_each_day(session, Sight(get_contract(session).id, whole=True), [BUSY])
        assert busy == [Due(BUSY, due_days.COUNTED, beyond=True)]


_MUCH = """
INSERT INTO obligation (key, application_id, duty, owed_by, organisation_id, about, rule, nominal_on,
    effective_on, status, opened_on, revision)
SELECT 'many:' || n, application_id, duty, owed_by, organisation_id, about, rule, :day, :day, 'open',
    opened_on, 1
FROM (SELECT * FROM obligation ORDER BY id LIMIT 1) one, generate_series(1, :many) n
"""


def obligations_read(session: Session, sight: Sight) -> int:
    """How many rows of `obligation` a month asks PostgreSQL for, as it counts them itself."""
    asked: list[tuple[str, Any]] = []
    connection = session.connection()

    def note(_c: object, _k: object, statement: str, values: Any, *_more: object) -> None:
        asked.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    due_each_day(session, sight, DAYS)
    event.remove(connection, "before_cursor_execute", note)
    explained = "EXPLAIN (ANALYZE, FORMAT JSON) "
    plans = [connection.exec_driver_sql(explained + s, v).scalar_one() for s, v in asked]
    return sum(_rows(plan[0]["Plan"]) for plan in plans)


def _rows(node: dict[str, Any]) -> int:
    below = sum(_rows(one) for one in node.get("Plans", ()))
    if node.get("Relation Name") != "obligation":
        return below
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return below + int(rows * node["Actual Loops"])
