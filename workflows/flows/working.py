"""A worker: takes the runs of the work pool and does each in a process of its own."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from prefect.client.schemas.objects import FlowRun
from prefect.settings import (
    PREFECT_WORKER_WEBSERVER_HOST,
    PREFECT_WORKER_WEBSERVER_PORT,
    temporary_settings,
)
from prefect.workers.process import ProcessWorker
from sqlalchemy.engine import make_url

from config.database import database_url
from config.settings import load_settings, variable
from workflows.flows.leaving import place_to_tell
from workflows.flows.reaching import errors_in_words

A_MOMENT = 0.2  # seconds between two looks at what is in hand


class Leaver(ProcessWorker):
    """Takes no run any more once it is told to leave, and waits for those in hand."""

    leaves = False

    @classmethod
    def __dispatch_key__(cls) -> str:
        return "process-that-waits"  # Prefect knows its own class by its type, which is ours too

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        return [] if self.leaves else await super().get_and_submit_flow_runs()

    async def until_idle(self) -> None:
        """Return once no run is in hand."""
        self.leaves = True
        while self.limiter.borrowed_tokens:
            await asyncio.sleep(A_MOMENT)


def work(pool: str, *, limit: int, name: str | None = None, health_port: int | None = None) -> None:
    """Serve the pool until told to leave, `limit` runs at a time; answer at /health of that port.

    SIGTERM lets the runs in hand end, and those that send mail end with the one in hand.
    Raises `Unavailable` when the server does not answer.
    """
    os.environ |= anchored_paths()
    worker = Leaver(work_pool_name=pool, limit=limit, name=name)
    heard = {PREFECT_WORKER_WEBSERVER_HOST: "0.0.0.0", PREFECT_WORKER_WEBSERVER_PORT: health_port}  # noqa: S104 # a probe comes from outside
    with errors_in_words(), temporary_settings(heard if health_port else {}):
        asyncio.run(_serve(worker, with_healthcheck=health_port is not None))


async def _serve(worker: Leaver, *, with_healthcheck: bool) -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    with place_to_tell() as leaving:
        serving = asyncio.create_task(worker.start(with_healthcheck=with_healthcheck))
        telling = asyncio.create_task(told.wait())
        await asyncio.wait({serving, telling}, return_when=asyncio.FIRST_COMPLETED)
        if told.is_set():
            leaving.touch()
            await worker.until_idle()
            serving.cancel()
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def anchored_paths() -> Mapping[str, str]:
    """The settings that name places, made absolute: each run has a folder of its own to start in.

    Raises `ConfigError` when the settings are at fault.
    """
    settings = load_settings()
    found = {
        variable(field): str(Path(getattr(settings, field)).absolute())
        for field in ("catcher_folder", "backup_folder", "policies")
        if getattr(settings, field)
    }
    url = make_url(database_url())
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).absolute()))
    return found | {"JALON_DATABASE_URL": url.render_as_string(hide_password=False)}
