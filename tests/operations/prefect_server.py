"""One real Prefect server for the whole run of the tests, on this machine, telling nobody."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import free_port

BIN = Path(sys.executable).parent
UP_WITHIN = 180  # seconds; it takes 12 on a quiet machine


def environment(home: Path, **changes: str) -> dict[str, str]:
    """What a process of Prefect's is started with; nothing of the outside remains."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "JALON_"))}
    return kept | {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(UP_WITHIN),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        **changes,
    }


@contextmanager
def running(home: Path) -> Iterator[str]:
    """The address of its API, while the block lasts."""
    port = free_port()
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [BIN / "prefect", "server", "start", "--host=127.0.0.1", f"--port={port}", "--no-ui"],
            env=environment(home),
            cwd=home,
            stdout=log,
            stderr=log,
        )
    try:
        api = f"http://127.0.0.1:{port}/api"
        _wait_for(f"{api}/health", server, home / "server.log")
        yield api
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until, pause = time.monotonic() + UP_WITHIN, threading.Event()
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(address, timeout=2).is_success:
                return
        except httpx.TransportError:
            pause.wait(0.2)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
