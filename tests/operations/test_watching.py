"""What is watched from outside: rounds noted, figures, probes, the monitor's ping, the log as objects."""

import contextlib
import http.server
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from config import logs
from config.policy import load_policies
from config.schedule_policy import Times
from config.settings import load_settings
from models import Message, Round
from models.errors import Unavailable
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus
from tests.workflows.season import READY
from web.health import health_app
from web.metrics import exposition
from web.serving import served
from workflows.rounds import go_round, latest, went_ill, went_well
from workflows.simulation import SWEEP_AT, at
from workflows.vitals import silence, vitals
from workflows.works import WORKS, Means

NOW = at(READY, SWEEP_AT)


class Monitor(http.server.ThreadingHTTPServer):
    """Keeps the paths that were asked for."""

    def __init__(self, code: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.code, self.paths = code, list[str]()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Asked(http.server.BaseHTTPRequestHandler):
    server: Monitor

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.send_response(self.server.code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor() as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def means(**changes: object) -> Means:
    return Means(load_settings().model_copy(update=changes))


def rounds(url: str) -> dict[str, Round]:
    with reading(url) as session:
        found = latest(session)
        session.expunge_all()
        return found


@pytest.mark.slow
def test_a_round_is_noted_and_so_is_the_one_that_fails(
    season_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_round("compose-digests", NOW, means())
    nobody = means(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none")
    with pytest.raises(Unavailable):
        go_round("deliver-mail", NOW + timedelta(minutes=5), nobody)
    monkeypatch.setitem(WORKS, "backup", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        go_round("backup", NOW, means())

    noted = rounds(season_url)
    assert noted.keys() == {"backup", "compose-digests", "deliver-mail"}
    assert (noted["compose-digests"].succeeded_at, noted["compose-digests"].trouble) == (NOW, "")
    failed = noted["deliver-mail"]
    assert (failed.ended_at, failed.succeeded_at) == (NOW + timedelta(minutes=5), None)
    assert "127.0.0.1:1" in failed.trouble
    assert noted["backup"].trouble == "ZeroDivisionError"


@pytest.mark.slow
def test_a_later_failure_keeps_when_it_last_went_well(database_url: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("JALON_DATABASE_URL", database_url)
    went_well("deliver-mail", NOW, means())
    went_ill("deliver-mail", NOW + timedelta(hours=1), "non")

    (kept,) = rounds(database_url).values()
    assert (kept.succeeded_at, kept.ended_at, kept.trouble) == (
        NOW,
        NOW + timedelta(hours=1),
        "non",
    )
    engine_for(database_url).dispose()


@pytest.mark.slow
def test_the_monitor_hears_of_each_good_round_until_one_fails(
    season_url: str, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = means(ping_url=f"{monitor.address}/ping/{{work}}")

    went_well("deliver-mail", NOW, told)
    went_ill("backup", NOW, "disque plein")
    went_well("deliver-mail", NOW + timedelta(minutes=5), told)
    assert monitor.paths == ["/ping/deliver-mail"]

    went_well("backup", NOW + timedelta(minutes=6), told)
    assert monitor.paths == ["/ping/deliver-mail", "/ping/backup"]


@pytest.mark.slow
def test_a_monitor_that_fails_or_is_away_fails_no_work(
    season_url: str, monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    monitor.code = 503
    for address in (monitor.address, "http://127.0.0.1:1/"):
        assert go_round("watch-deadlines", NOW, means(ping_url=address)) is not None
    assert [r.getMessage() for r in caplog.records].count("monitor not reached") == 2
    assert monitor.paths


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (Times(every_minutes=5), timedelta(minutes=75)),
        (Times(at=("06:10",)), timedelta(hours=25)),
        (Times(at=("00:00", "06:00")), timedelta(hours=19)),
    ],
)
def test_how_long_a_work_may_be_silent(times: Times, expected: timedelta) -> None:
    assert silence(times) == expected


def test_the_vitals_tell_what_waits_what_is_late_and_what_was_not_done(
    season_url: str,
) -> None:
    for name in load_policies().schedule.by_name():
        went_well(name, NOW, means())
    well = vitals(NOW)
    assert not any(pulse.overdue or pulse.trouble for pulse in well.pulses.values())
    later = vitals(NOW + timedelta(hours=2))
    overdue = [name for name, pulse in later.pulses.items() if pulse.overdue]
    assert overdue == ["deliver-mail", "deliver-webhooks", "read-bounces"]
    assert later.oldest_waiting - well.oldest_waiting == timedelta(hours=2)
    assert well.messages["waiting"] > 0
    assert vitals(NOW + timedelta(days=400)).late_obligations > well.late_obligations
    with transaction(season_url) as session:
        session.execute(update(Message).values(status=MessageStatus.REFUSED))
    refused = vitals(NOW)
    assert refused.messages["refused"] == well.messages["waiting"]
    assert refused.oldest_waiting == timedelta(0)


@contextmanager
def asked(app: FastAPI) -> Iterator[httpx.Client]:
    with served(app, "127.0.0.1:0") as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as c:
        yield c


def figures(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.slow
def test_prometheus_reads_the_figures(season_url: str) -> None:
    went_well("backup", NOW - timedelta(hours=3), means())
    went_ill("deliver-mail", NOW, "non")
    app = health_app()
    app.state.clock = lambda: NOW

    with asked(app) as client:
        answer = client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    found = figures(answer.text)
    assert found["jalon_up", ""] == 1
    assert found["jalon_messages", "waiting"] > 0
    assert found["jalon_backup_age_seconds", ""] == 3 * 3600
    assert found["jalon_last_tick_age_seconds", "backup"] == 3 * 3600
    assert found["jalon_last_tick_failed", "deliver-mail"] == 1
    assert ("jalon_last_tick_age_seconds", "deliver-mail") not in found
    assert {name for name, _label in found} >= {
        "jalon_oldest_waiting_message_age_seconds",
        "jalon_late_obligations",
    }


@pytest.mark.slow
def test_a_relay_that_rests_is_a_figure(season_url: str) -> None:
    go_round("compose-digests", NOW, means())
    with contextlib.suppress(Unavailable):
        go_round("deliver-mail", NOW, means(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none"))

    def breaker(now: datetime) -> float:
        return figures(exposition(now).decode())["jalon_relay_breaker_open", "127.0.0.1:1"]

    assert breaker(NOW + timedelta(seconds=1)) == 1
    assert breaker(NOW + timedelta(hours=12)) == 0


@pytest.mark.slow
def test_the_probes_tell_alive_from_ready(
    season_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = health_app()
    with asked(app) as client:
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 200

        monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.sqlite3'}")
        assert client.get("/health/live").status_code == 200
        away = client.get("/health/ready")
        assert (away.status_code, away.json()["status"]) == (503, "unavailable")
        assert figures(client.get("/metrics").text) == {("jalon_up", ""): 0}

        app.state.alive = lambda: False
        assert client.get("/health/live").status_code == 503


@pytest.mark.slow
def test_it_answers_beside_the_schedule_and_names_an_address_that_is_taken() -> None:
    with served(health_app(), "127.0.0.1:0") as port:
        assert httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
        with (
            pytest.raises(Unavailable, match="JALON_LISTEN"),
            served(health_app(), f"127.0.0.1:{port}"),
        ):
            pytest.fail("two at one address")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/health/live")


def line_of(form: str, exc: bool = False) -> str:
    record = logging.LogRecord("workflows.rounds", logging.INFO, "x.py", 1, "work done", (), None)
    record.__dict__ |= {"work": "backup", "when": datetime(2021, 3, 20, tzinfo=UTC)}
    if exc:
        try:
            int("é")
        except ValueError:
            record.exc_info = sys.exc_info()
    return logs.formatter(form).format(record)


def test_a_line_of_the_log_is_one_object_with_its_ids() -> None:
    said = json.loads(line_of("json"))
    assert {k: said[k] for k in ("event", "work", "level", "logger")} == {
        "event": "work done",
        "work": "backup",
        "level": "info",
        "logger": "workflows.rounds",
    }
    assert said["timestamp"].endswith("Z")
    whole = line_of("json", exc=True)
    assert "\n" not in whole
    assert json.loads(whole)["exception"][0]["exc_type"] == "ValueError"
    assert "work done" in line_of("text")
    assert "work=backup" in line_of("text")


@pytest.mark.slow
def test_a_process_of_prefects_writes_the_same_objects(tmp_path: Path) -> None:
    program = (
        "import logging, config.logs as logs; logs.set_up_for_prefect('json', 'INFO')\n"
        "from prefect.logging.configuration import setup_logging; setup_logging()\n"
        "logging.getLogger('workflows.rounds').info('work done', extra={'work': 'backup'})\n"
        "logging.getLogger('prefect.task_engine').warning('slow')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          cwd=Path(__file__).parents[2])  # fmt: skip

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line.get("work")) for line in lines] == [
        ("work done", "backup"), ("slow", None)]  # fmt: skip


@pytest.mark.slow
def test_every_sentence_of_the_log_is_fixed() -> None:
    import ast

    from tests.rules.code import sources

    written = [
        (name, node.lineno, node.args)
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "logger"
    ]
    assert len(written) > 8
    assert [
        f"{name}:{line}" for name, line, arguments in written
        if len(arguments) != 1 or not isinstance(arguments[0], ast.Constant)
    ] == []  # fmt: skip
