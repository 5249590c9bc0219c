"""A worker: takes the runs of the work pool and does each in a process of its own."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from prefect.settings import (
    PREFECT_WORKER_WEBSERVER_HOST,
    PREFECT_WORKER_WEBSERVER_PORT,
    temporary_settings,
)
from prefect.workers.process import ProcessWorker
from sqlalchemy.engine import make_url

from config.database import database_url
from config.settings import load_settings, variable
from workflows.flows.reaching import errors_in_words


def work(pool: str, *, limit: int, name: str | None = None, health_port: int | None = None) -> None:
    """Serve the pool until told to leave, `limit` runs at a time; answer at /health of that port.

    Raises `Unavailable` when the server does not answer.
    """
    os.environ |= anchored_paths()
    worker = ProcessWorker(work_pool_name=pool, limit=limit, name=name)
    heard = {PREFECT_WORKER_WEBSERVER_HOST: "0.0.0.0", PREFECT_WORKER_WEBSERVER_PORT: health_port}  # noqa: S104 # a probe comes from outside
    with errors_in_words(), temporary_settings(heard if health_port else {}):
        asyncio.run(worker.start(with_healthcheck=health_port is not None))


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
