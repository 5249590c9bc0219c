"""Deployments on a real server, and real workers: one is killed in mid-run, another goes on."""

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from models import Message
from models.session import reading
from models.vocabulary import MessageStatus
from tests.operations.gate import Gate
from tests.operations.prefect_server import BIN, environment
from tests.ports import free_port
from tests.workflows.season import READY
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import compose_digests
from workflows.works import WORKS

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("prefect")]


@pytest.fixture
def pool(prefect: str, season_url: str) -> str:
    """The flows deployed on a pool of their own, their schedules stopped."""
    from prefect.client.orchestration import get_client

    from workflows.flows.deploying import deploy

    name = "jalon-test"
    deploy(name)
    with get_client(sync_client=True) as client:
        for work in WORKS:
            client.pause_deployment(client.read_deployment_by_name(f"{work}/{work}").id)
    return name


def test_deploying_twice_leaves_one_of_each_with_its_times(prefect: str, season_url: str) -> None:
    from prefect.client.orchestration import get_client

    from workflows.flows.deploying import deploy

    told = deploy("jalon-twice")
    assert deploy("jalon-twice") == told
    assert {one.name: one.schedules for one in told} == {
        "open-calls": ("00:00", "06:00"),
        "watch-deadlines": ("06:10",),
        "compose-digests": ("06:30",),
        "deliver-mail": ("5 min",),
        "deliver-webhooks": ("5 min",),
        "read-bounces": ("15 min",),
        "backup": ("03:30",),
    }

    with get_client(sync_client=True) as client:
        for one in told:
            found = client.read_deployment_by_name(f"{one.name}/{one.name}")
            assert len(found.schedules) == len(one.schedules)
            zones = {getattr(planned.schedule, "timezone", "") for planned in found.schedules}
            assert zones == {"Europe/Paris"}
            assert found.work_pool_name == "jalon-twice"
            assert found.tags == ["jalon", "CV112"]
            assert found.parameters == {"now": None}
            assert found.paused is False
            client.pause_deployment(found.id)


def test_a_killed_worker_is_taken_over_and_nothing_is_doubled(
    pool: str, prefect: str, prefect_home: Path, season_url: str, tmp_path: Path
) -> None:
    now = at(READY, SWEEP_AT)
    compose_digests(now, url=season_url)
    with Gate() as door:
        env = environment(prefect_home, **sending_to(door, prefect, season_url))
        with worker(pool, env, tmp_path) as first:
            start(now)
            assert door.arrived.wait(120), first.log()
            first.kill()
        in_hand = keys(season_url, MessageStatus.SENDING)
        assert len(in_hand) == 1

        door.let_in.set()
        with worker(pool, env, tmp_path) as second:
            assert finished(start(now)) == "COMPLETED", second.log()
            assert keys(season_url, MessageStatus.SENDING) == in_hand  # its lease still runs
            assert finished(start(now + timedelta(hours=1))) == "COMPLETED", second.log()

    with reading(season_url) as session:
        messages = session.scalars(select(Message)).all()
        sent = [m for m in messages if m.status is MessageStatus.SENT]
        left_out = {m.status for m in messages} - {MessageStatus.SENT}
        assert left_out <= {MessageStatus.CANCELLED, MessageStatus.EXPIRED}
        assert {m.key for m in messages if m.doubtful} <= in_hand
        owed = Counter(m.recipient for m in sent)
        twice = Counter(m.recipient for m in sent if m.key in in_hand)
    got = Counter(door.recipients)
    assert got in (owed, owed + twice)  # the one in hand may have got through before the kill
    assert len(sent) > 10


def test_told_to_leave_it_lets_the_mail_in_hand_end_and_takes_no_other(
    pool: str, prefect: str, prefect_home: Path, season_url: str, tmp_path: Path
) -> None:
    now = at(READY, SWEEP_AT)
    compose_digests(now, url=season_url)
    with Gate() as door:
        env = environment(prefect_home, **sending_to(door, prefect, season_url))
        port = free_port()
        with worker(pool, env, tmp_path, "--health-port", str(port)) as leaver:
            run = start(now)
            assert door.arrived.wait(120), leaver.log()
            assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
            leaver.tell_to_leave()
            later = start(now)
            door.let_in.set()
            assert leaver.ended() == 0, leaver.log()

    assert finished(run) == "COMPLETED"
    assert status_of(later) == "SCHEDULED"
    assert len(door.recipients) == len(keys(season_url, MessageStatus.SENT)) == 1
    assert keys(season_url, MessageStatus.SENDING) == set()
    assert len(keys(season_url, MessageStatus.WAITING)) > 10


def test_the_server_plans_each_time_once_around_the_changes_of_the_clocks() -> None:
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.server.schemas.schedules import CronSchedule as Planned

    from workflows.flows import deploying
    from workflows.rules import rules_of

    policies = rules_of().policies
    for name, times in policies.schedule.by_name().items():
        for schedule in deploying._schedules(times, "Europe/Paris"):
            if isinstance(schedule, CronSchedule):
                for start_on in ("2026-03-27", "2026-10-23"):
                    days = _planned(Planned(**schedule.model_dump()), start_on)
                    assert len(set(days)) == len(days) == 5, (name, days)


def _planned(schedule: Any, start_on: str) -> list[str]:
    import asyncio

    start = datetime.fromisoformat(f"{start_on}T12:00:00+00:00")
    found = asyncio.run(schedule.get_dates(n=5, start=start))
    return [str(moment.date()) for moment in found]


def sending_to(door: Gate, prefect: str, url: str) -> dict[str, str]:
    """What a worker is started with."""
    return {
        "PREFECT_API_URL": prefect,
        "JALON_DATABASE_URL": url,
        "JALON_SMTP_HOST": "127.0.0.1",
        "JALON_SMTP_PORT": str(door.relay.port),
        "JALON_SMTP_TLS": "none",
        "JALON_SENDER_ADDRESS": "contrat@ville.example",
    }


def start(now: datetime) -> UUID:
    """Ask for a run of deliver-mail that acts at `now`."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("deliver-mail/deliver-mail")
        run = client.create_flow_run_from_deployment(
            deployment.id, parameters={"now": now.astimezone(UTC).isoformat()}
        )
        return run.id


def finished(run_id: UUID) -> str:
    """How the run ended, once it has."""
    from prefect.client.orchestration import get_client

    until, pause = time.monotonic() + 120, threading.Event()
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            state = client.read_flow_run(run_id).state
            if state is not None and state.is_final():
                return str(state.type.value)
            pause.wait(0.3)
    return "NEVER"


def status_of(run_id: UUID) -> str:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        state = client.read_flow_run(run_id).state
        return str(state.type.value) if state else ""


def keys(url: str, status: MessageStatus) -> set[str]:
    with reading(url) as session:
        return set(session.scalars(select(Message.key).where(Message.status == status)))


class Worker:
    """`jalon worker` as a process, with those that it starts."""

    def __init__(self, pool: str, env: dict[str, str], folder: Path, *options: str) -> None:
        self._path = folder / "worker.log"
        with self._path.open("ab") as log:
            self._process = subprocess.Popen(
                [BIN / "jalon", "worker", "--pool", pool, *options], env=env, cwd=folder, stdout=log,
                stderr=log)  # fmt: skip

    def log(self) -> str:
        return self._path.read_text(encoding="utf-8", errors="replace")[-3000:]

    def kill(self) -> None:
        """As when the machine loses its power."""
        for pid in [self._process.pid, *_descendants(self._process.pid)]:
            os.kill(pid, signal.SIGKILL)
        self._process.wait(30)

    def tell_to_leave(self) -> None:
        """As `systemctl stop` does."""
        self._process.send_signal(signal.SIGTERM)

    def ended(self) -> int:
        """Its exit code, once it has left by itself."""
        return self._process.wait(120)

    def leave(self) -> None:
        if self._process.poll() is None:
            self.kill()


@contextmanager
def worker(pool: str, env: dict[str, str], folder: Path, *options: str) -> Iterator[Worker]:
    started = Worker(pool, env, folder, *options)
    try:
        yield started
    finally:
        started.leave()


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    mine: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children") if children.exists() else ():
        mine += [int(child) for child in task.read_text().split()]
    return [*mine, *(deeper for child in mine for deeper in _descendants(child))]
