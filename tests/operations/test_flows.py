"""The flows on a real Prefect server: they do what the plain functions do, and a failure shows."""

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.settings import load_settings
from models import Message, ObligationAlert
from models.errors import BadInput, Unavailable
from models.session import engine_for, reading
from tests.workflows.season import READY, open_season
from workflows import endings
from workflows.rounds import latest
from workflows.simulation import at
from workflows.works import WORKS, Means

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("prefect")]

MORNING = ("open-calls", "watch-deadlines", "compose-digests", "deliver-mail")
YEAR, SOMETIMES = 365, 90  # days
EVERY_DAY = os.environ.get("JALON_TEST_EVERY_DAY") == "1"
ENDED = at(date(2021, 12, 31), time(6, 10))


def written(url: str) -> list[tuple[object, ...]]:
    """Every message as the database has it, whole."""
    with reading(url) as session:
        messages = session.scalars(select(Message).order_by(Message.key)).all()
        return [
            (m.key, m.recipient, m.subject, m.status, m.outcome.partition(" ")[0], m.composed_at,
             hashlib.sha256(m.content).hexdigest())
            for m in messages
        ] + [
            (a.obligation_id, a.kind, a.for_date)
            for a in session.scalars(select(ObligationAlert).order_by(ObligationAlert.id))
        ]  # fmt: skip


def busy(told: dict[str, Any]) -> bool:
    """Whether a work did anything."""
    return any(value for name, value in told.items() if name not in {"kept_in", "blocked"})


@pytest.mark.long
def test_a_year_through_the_flows_is_a_year_through_the_plain_functions(
    prefect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each day of the year through the functions; through the flows each that was not idle, and some
    that were (all of them with JALON_TEST_EVERY_DAY=1: half an hour)."""
    from workflows.flows.book import run_flow

    said: dict[str, list[tuple[object, ...]]] = {}
    idle: set[tuple[int, str]] = set()
    for name in ("plain", "flows"):
        folder = tmp_path / name
        folder.mkdir()
        url = open_season(folder)
        monkeypatch.setenv("JALON_DATABASE_URL", url)
        monkeypatch.setenv("JALON_CATCHER_FOLDER", str(folder / "mail"))
        means = Means(load_settings())
        for number, work in product(range(YEAR), MORNING):
            now = at(READY + timedelta(days=number), time(6, 30))
            if name == "plain":
                if not busy(WORKS[work](now, means)) and number % SOMETIMES and not EVERY_DAY:
                    idle.add((number, work))
            elif (number, work) not in idle:
                run_flow(work, now)
        said[name] = written(url)
        engine_for(url).dispose()

    assert said["flows"] == said["plain"]
    assert len([key for key, *_rest in said["plain"] if str(key).startswith("digest:")]) >= 40


def test_a_run_leaves_a_table_that_a_person_can_read(prefect: str, season_url: str) -> None:
    from prefect.client.orchestration import get_client

    from workflows.flows.book import run_flow

    told = run_flow("watch-deadlines", ENDED)

    with get_client(sync_client=True) as client:
        artifacts = client.read_latest_artifacts()
    (table,) = [found for found in artifacts if found.key == "watch-deadlines"]
    assert len(told["moved"]) == 4
    assert all(reference in str(table.data) for reference in told["moved"])
    assert "convention" in str(table.data)
    lines = json.loads(str(table.data))
    assert {tuple(line) for line in lines} == {("Fait", "Valeur")}
    assert {"passés en attente de bilan", "retenus"} <= {line["Fait"] for line in lines}
    assert "31/12/2021 06:10" in str(table.description)


def test_a_failed_task_fails_the_run_and_is_not_tried_again_in_vain(
    prefect: str, season_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.flows.book import FLOWS, run_flow

    tries = []

    def refuse(*_arguments: Any) -> None:
        tries.append(1)
        raise BadInput("jamais")

    monkeypatch.setattr(endings, "ask_for_reports", refuse)

    run: Any = FLOWS["watch-deadlines"]
    state = run(now=ENDED, return_state=True)

    assert state.is_failed()
    assert len(tries) == 1
    with pytest.raises(BadInput, match="jamais"):
        run_flow("watch-deadlines", ENDED)


def test_what_did_not_answer_is_tried_again(
    prefect: str, season_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.flows import watch_deadlines as module
    from workflows.flows.book import run_flow

    plain, tries = endings.ask_for_reports, []

    def down_at_first(due: Sequence[Any], *rest: Any) -> endings.Watched:
        tries.append(1)
        if len(tries) < 3:
            raise Unavailable("la base redémarre")
        return plain(due, *rest)

    monkeypatch.setattr(endings, "ask_for_reports", down_at_first)
    quick = module.ask_for_reports.with_options(retry_delay_seconds=0)
    monkeypatch.setattr(module, "ask_for_reports", quick)

    assert len(run_flow("watch-deadlines", ENDED)["moved"]) == 4
    assert len(tries) == 3


def test_how_a_run_ended_is_noted_where_one_machine_notes_it(
    prefect: str, season_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.flows.book import run_flow

    run_flow("watch-deadlines", ENDED)
    monkeypatch.setattr(endings, "ended", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        run_flow("watch-deadlines", ENDED + timedelta(days=1))

    with reading(season_url) as session:
        noted = latest(session)["watch-deadlines"]
        assert (noted.succeeded_at, noted.ended_at) == (ENDED, ENDED + timedelta(days=1))
        assert "ZeroDivisionError" in noted.trouble


def test_every_flow_is_noted_and_every_work_has_one() -> None:
    from workflows.flows.book import FLOWS

    assert FLOWS.keys() == WORKS.keys()
    assert [
        n for n, f in FLOWS.items() if not f.on_completion_hooks or not f.on_failure_hooks
    ] == []
