"""The pages of a large installation against those of a small one: time, queries, rows read."""

import os
import re
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import httpx
import psycopg
from sqlalchemy import event, select

from bench.measure import Figure
from bench.pages_asked import PAGES, Site
from bench.pages_data import MANAGER, NOW, PILOT, build
from config.settings import Settings
from models import Application, Person
from models.account import Means
from models.session import engine_for, reading, transaction
from web.app import create_app
from web.serving import served
from workflows.accounts.visits import Limits, open_session
from workflows.portal import awaiting, duties

SMALL, LARGE, QUICK = 1_000, 1_000_000, 50_000
ROUNDS, WARM = 120, 15
MOST_QUERIES, MOST_TIMES = 12, 1.5
DRAWN = 5  # of what waits for a pilot, so that both sizes draw as much
LIMITS = Limits(timedelta(days=1), timedelta(days=1))
SERVER = os.environ.get("JALON_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def figures(applications: int) -> Iterator[Figure]:
    """Every page at that size against a thousand; nothing where PostgreSQL does not answer."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        print("PostgreSQL does not answer: the pages are not measured", flush=True)
        return
    awaiting.A_PAGE = duties.AT_MOST = DRAWN  # the sites are served in this process
    with ExitStack() as stack:
        small, large = (stack.enter_context(_site(many)) for many in (SMALL, applications))
        for name, ask in PAGES.items():
            yield from _page(name, ask, small, large, applications)


def _page(
    name: str, ask: Callable[[Site], httpx.Response], small: Site, large: Site, many: int
) -> Iterator[Figure]:
    for site in (small, large):
        for _round in range(WARM):
            assert ask(site).status_code == 200
    times: dict[str, list[float]] = {small.url: [], large.url: []}
    most = 0
    for _round in range(ROUNDS):
        for site in (small, large):
            site.statements.clear()
            started = time.perf_counter()
            response = ask(site)
            times[site.url].append(time.perf_counter() - started)
            assert response.status_code == 200
            most = max(most, len(site.statements))
    before, after = (statistics.quantiles(times[s.url], n=20)[18] * 1000 for s in (small, large))
    detail = f"p95 {after:.1f} ms against {before:.1f} ms, {ROUNDS} pairs"
    yield Figure(f"{name}: {many:,} applications / 1,000", after / before, MOST_TIMES, "x", detail)
    yield Figure(f"{name}: queries", most, MOST_QUERIES, "")
    if name.startswith("list"):
        large.statements.clear()
        shown = len(set(re.findall(r"/dossiers/(CV112-[\d-]+)", ask(large).text)))
        read, looked_at = _rows_read(large)
        yield Figure(f"{name}: applications read, beyond those shown", read - shown, 1, "rows",
                     f"{read} read, {shown} shown, {looked_at} looked at in an index")  # fmt: skip


def _rows_read(site: Site) -> tuple[int, int]:
    """How many rows of `application` the statements of the last request read, as PostgreSQL counts.

    Then how many it looked at in an index alone, of which the rows were not read.
    """
    read = looked_at = 0
    with engine_for(site.url).connect() as connection:
        for statement, values in list(site.statements):
            if "FROM application" not in statement and "JOIN application" not in statement:
                continue
            plan = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values
            ).scalar_one()
            for rows, fetched in _of_plan(plan[0]["Plan"]):
                read += rows if fetched is None else fetched
                looked_at += 0 if fetched is None else rows
    return read, looked_at


def _of_plan(node: dict[str, Any]) -> Iterator[tuple[int, int | None]]:
    """What each step took of `application`, and how many rows of that an index-only scan had to fetch."""
    if node.get("Relation Name") == "application":
        rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        yield int(rows * node["Actual Loops"]), node.get("Heap Fetches")
    for below in node.get("Plans", ()):
        yield from _of_plan(below)


@contextmanager
def _site(applications: int) -> Iterator[Site]:
    with _database() as url:
        started = time.perf_counter()
        build(url, applications)
        took = time.perf_counter() - started
        print(f"{applications:,} applications written in {took:.0f} s", flush=True)
        statements: list[tuple[str, Any]] = []
        _listen(url, statements)
        settings = Settings(database_url=url)
        with served(create_app(settings, lambda: NOW), "127.0.0.1:0") as port, ExitStack() as stack:
            base = f"http://localhost:{port}"
            manager, pilot = (
                stack.enter_context(httpx.Client(base_url=base, cookies=_cookie(url, email)))
                for email in (MANAGER, PILOT)
            )
            references, far = _some(url, applications)
            yield Site(url, manager, pilot, references, far, statements)


def _listen(url: str, statements: list[tuple[str, Any]]) -> None:
    @event.listens_for(engine_for(url), "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, values: Any, _ctx: Any, _many: Any) -> None:
        statements.append((statement, values))


def _cookie(url: str, email: str) -> dict[str, str]:
    with transaction(url) as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        return {"jalon": open_session(session, person, Means.LINK, "bench", NOW, LIMITS)}


def _some(url: str, applications: int) -> tuple[list[str], int]:
    """References from every year, and a place four fifths of the way."""
    with reading(url) as session:
        step = max(1, applications // 200)
        query = select(Application.reference).where(Application.id % step == 0).limit(300)
        return list(session.scalars(query)), applications * 4 // 5


@contextmanager
def _database() -> Iterator[str]:
    name = f"jalon_pages_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        url = f"{SERVER.rpartition('/')[0]}/{name}".replace(
            "postgresql://", "postgresql+psycopg://"
        )
        try:
            yield url
        finally:
            engine_for(url).dispose()
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main(applications: int) -> int:
    """Print a line per figure; 1 when one is beyond its limit."""
    found = []
    for figure in figures(applications):
        print(figure, flush=True)
        found.append(figure.beyond)
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE))
