"""Two Prefect API servers on PostgreSQL and Redis, behind the proxy that deploy/ ships: one is lost in mid-run."""

import os
import signal
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import select

from models import Message
from models.session import reading
from models.vocabulary import MessageStatus
from tests.needs import program
from tests.operations.gate import Gate
from tests.operations.prefect_server import BIN, UP_WITHIN, environment
from tests.operations.test_many import finished, start, worker
from tests.ports import free_port
from tests.rules.code import ROOT
from tests.workflows.season import READY
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import compose_digests

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.postgres,
    pytest.mark.xdist_group("prefect"),
]


@contextmanager
def process(
    words: Sequence[str | Path], folder: Path, env: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "processes.log").open("ab") as log:
        started = subprocess.Popen(words, env=env, cwd=folder, stdout=log, stderr=log)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def answers(address: str, started: subprocess.Popen[bytes], folder: Path) -> None:
    until, pause = time.monotonic() + UP_WITHIN, threading.Event()
    while time.monotonic() < until and started.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(address, timeout=2).is_success:
                return
        pause.wait(0.3)
    raise AssertionError((folder / "processes.log").read_text(errors="replace")[-3000:])


def proxy(folder: Path, port: int, servers: list[int]) -> list[str | Path]:
    """nginx with our example, its names and ports changed for those of this test."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for number, server in enumerate(servers, 1):
        text = text.replace(f"prefect-{number}:4200", f"127.0.0.1:{server}")
    text = text.replace("server web:8000", "server 127.0.0.1:9")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{free_port()}")
    text = text.replace("listen 4200", f"listen 127.0.0.1:{port}")
    places = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in
                     ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    whole = (
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;"
        f" events {{}} http {{ access_log off; {places} {text} }}"
    )
    if os.geteuid() == 0:
        whole = "user root; " + whole
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    return [program("nginx", "nginx"), "-p", folder, "-c", folder / "nginx.conf"]


@pytest.fixture
def servers(
    tmp_path: Path, postgres_server: str
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of the proxy, and the two servers behind it."""
    name = f"jalon_prefect_{uuid.uuid4().hex[:8]}"
    redis, front, ports = free_port(), free_port(), [free_port(), free_port()]
    env = environment(
        tmp_path,
        PREFECT_API_DATABASE_CONNECTION_URL=(
            postgres_server.replace("postgresql://", "postgresql+asyncpg://").rpartition("/")[0]
            + f"/{name}"
        ),
        PREFECT_MESSAGING_BROKER="prefect_redis.messaging",
        PREFECT_MESSAGING_CACHE="prefect_redis.messaging",
        PREFECT_SERVER_EVENTS_CAUSAL_ORDERING="prefect_redis.ordering",
        PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE="prefect_redis.lease_storage",
        PREFECT_REDIS_MESSAGING_URL=f"redis://127.0.0.1:{redis}/0",
        PREFECT_SERVER_DOCKET_URL=f"redis://127.0.0.1:{redis}/1",
        PREFECT_API_DATABASE_MIGRATE_ON_START="false",
        PREFECT_API_BLOCKS_REGISTER_ON_START="false",  # two that start together fall over it
    )
    with psycopg.connect(postgres_server, autocommit=True) as admin, ExitStack() as stack:
        admin.execute(f"CREATE DATABASE {name}")
        stack.callback(admin.execute, f"DROP DATABASE {name} WITH (FORCE)")
        upgrade: list[str | Path] = [BIN / "prefect", "server", "database", "upgrade", "-y"]
        subprocess.run(upgrade, env=env, cwd=tmp_path, check=True, capture_output=True)
        memory: list[str | Path] = [program("redis-server", "redis-server"), "--port", str(redis),
                                    "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path]  # fmt: skip
        stack.enter_context(process(memory, tmp_path, env))
        start_server: list[str | Path] = [
            BIN / "prefect",
            "server",
            "start",
            "--host=127.0.0.1",
            "--no-services",
        ]
        running = [
            stack.enter_context(process([*start_server, f"--port={port}"], tmp_path, env))
            for port in ports
        ]
        stack.enter_context(
            process([BIN / "prefect", "server", "services", "start"], tmp_path, env)
        )
        for port, one in zip(ports, running, strict=True):
            answers(f"http://127.0.0.1:{port}/api/health", one, tmp_path)
        before = stack.enter_context(process(proxy(tmp_path, front, ports), tmp_path, env))
        answers(f"http://127.0.0.1:{front}/api/health", before, tmp_path)
        yield f"http://127.0.0.1:{front}/api", running


def test_a_server_lost_in_mid_run_costs_nothing(
    servers: tuple[str, list[subprocess.Popen[bytes]]], season_url: str, tmp_path: Path
) -> None:
    from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

    from workflows.flows.deploying import deploy

    api, (first, second) = servers
    now = at(READY, SWEEP_AT)
    compose_digests(now, url=season_url)
    mine = {PREFECT_API_URL: api, PREFECT_LOGGING_TO_API_ENABLED: False}
    with Gate() as door, temporary_settings(mine):
        deploy("jalon-two")
        env = environment(
            tmp_path,
            PREFECT_API_URL=api,
            JALON_DATABASE_URL=season_url,
            JALON_SMTP_HOST="127.0.0.1",
            JALON_SMTP_PORT=str(door.relay.port),
            JALON_SMTP_TLS="none",
            JALON_SENDER_ADDRESS="contrat@ville.example",
        )
        with worker("jalon-two", env, tmp_path) as working:
            run = start(now)
            assert door.arrived.wait(120), working.log()
            first.send_signal(signal.SIGKILL)
            first.wait(20)
            door.let_in.set()
            assert finished(run) == "COMPLETED", working.log()
            assert finished(start(now)) == "COMPLETED", working.log()
    assert second.poll() is None

    with reading(season_url) as session:
        messages = session.scalars(select(Message)).all()
        sent = Counter(m.recipient for m in messages if m.status is MessageStatus.SENT)
        ended = {MessageStatus.SENT, MessageStatus.CANCELLED, MessageStatus.EXPIRED}
        assert {m.status for m in messages} <= ended
    assert Counter(door.recipients) == sent
    assert sent.total() > 10
