"""What has stood long is listed off the indexes: no row is read that is not shown, however many are as old."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from models import Application
from models.session import engine_for, reading, transaction
from models.vocabulary import State
from tests.workflows.applications.test_picking import sights
from tests.workflows.season import play
from workflows.accounts.sight import Sight
from workflows.applications.browsing import A_PAGE, one_page
from workflows.applications.counting import AT_MOST, count_by_state
from workflows.applications.filtering import Filters, after_row

MANY = 4_000
MOST = 3 * A_PAGE  # those shown, and those that the index alone could not vouch for
NOW = datetime(2021, 3, 20, tzinfo=UTC)
ASKED: list[dict[str, Any]] = [
    {"state": State.SUBMITTED, "year": 2021},
    {"state": State.SUBMITTED, "fiche": "1.3", "year": 2021},
    {"fiche": "1.3"},
    {},
]


@pytest.mark.postgres
def test_no_row_is_read_that_is_not_shown(postgres_url: str) -> None:
    play(postgres_url)
    with transaction(postgres_url) as session:
        _copy(session)
    with engine_for(postgres_url).connect() as connection:
        settled = connection.execution_options(isolation_level="AUTOCOMMIT")
        settled.exec_driver_sql("VACUUM ANALYZE")
    with reading(postgres_url) as session:
        whole, *others = sights(session)
        led = next(sight for sight in others if sight.pilots)
        for sight in (whole, led):
            for asked in ASKED:
                filters = Filters(**asked, since_before=NOW)
                first, read = _read(session, sight, filters)
                assert (len(first), read < MOST) == (A_PAGE, True), (sight, asked, read)
                last = first[-1]
                following = after_row(filters, last.id, last.state_since)
                second, read = _read(session, sight, following)
                assert (len(second), read < MOST) == (A_PAGE, True), (sight, asked, read)
                assert {row.id for row in first}.isdisjoint(row.id for row in second)
            counts = count_by_state(session, sight, Filters(since_before=NOW))
            assert counts.by_state[State.SUBMITTED] == AT_MOST + 1
            assert counts.beyond


def _copy(session: Session) -> None:
    """Many more like the one that was submitted first, since the same instant."""
    kept = ", ".join(
        c.name for c in Application.__table__.columns if c.name not in {"id", "reference"}
    )
    one = "SELECT * FROM application WHERE state = 'submitted' ORDER BY id LIMIT 1"
    copies = f"SELECT 'COPY-' || n, {kept} FROM ({one}) one, generate_series(1, {MANY}) n"  # noqa: S608 # ours
    session.execute(text(f"INSERT INTO application (reference, {kept}) {copies}"))


def _read(session: Session, sight: Sight, filters: Filters) -> tuple[list[Any], int]:
    """The rows of a page, and how many rows of `application` PostgreSQL read for it."""
    asked: list[tuple[str, Any]] = []
    connection = session.connection()

    def note(_c: object, _k: object, statement: str, values: Any, *_more: object) -> None:
        asked.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    rows = one_page(session, sight, filters).rows
    event.remove(connection, "before_cursor_execute", note)
    explained = "EXPLAIN (ANALYZE, FORMAT JSON) "
    plans = [connection.exec_driver_sql(explained + s, v).scalar_one() for s, v in asked]
    return rows, sum(_of_plan(plan[0]["Plan"]) for plan in plans)


def _of_plan(node: dict[str, Any]) -> int:
    below = sum(_of_plan(one) for one in node.get("Plans", ()))
    if node.get("Relation Name") != "application":
        return below
    fetched = node.get("Heap Fetches")  # of an index-only scan
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return below + int(rows * node["Actual Loops"] if fetched is None else fetched)
