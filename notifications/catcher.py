"""A mail server on this machine that keeps what it gets: for trying, replaying, and no relay yet."""

import asyncio
import hashlib
import threading
from collections import Counter
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from notifications.relay import Relay

HOST = "127.0.0.1"
LARGEST = 10 * 1024 * 1024


class Catcher:
    """Takes every mail, on a free port of 127.0.0.1, while the `with` block lasts.

    Each becomes an `.eml` file in `folder`, named after its own date and identifier, so that a
    second copy of a mail replaces the first; `keep=False` only counts, by template.
    """

    def __init__(self, folder: Path, *, keep: bool = True, port: int = 0) -> None:
        self.folder = folder
        self.by_template: Counter[str] = Counter()
        self._keep = keep
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="catcher", daemon=True)
        self._server: asyncio.Server | None = None

    @property
    def relay(self) -> Relay:
        """How to hand mail to this catcher."""
        return Relay(HOST, self._port, tls="none")

    @property
    def count(self) -> int:
        """How many mails came."""
        return sum(self.by_template.values())

    def __enter__(self) -> Self:
        if self._keep:
            self.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        try:
            self._server = self._in_thread(self._listen())
        except OSError:
            self._stop()
            raise
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._in_thread(self._close())
        self._stop()

    async def handle_DATA(  # noqa: N802 # the name aiosmtpd calls
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope
    ) -> str:
        """One mail came in whole."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        headers = BytesHeaderParser().parsebytes(content)
        self.by_template[headers.get("X-Jalon-Template", "")] += 1
        if self._keep:
            (self.folder / _file_name(headers)).write_bytes(content)
        return "250 OK"

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._talk, HOST, self._port)

    def _talk(self) -> SMTP:
        return SMTP(self, hostname="localhost", loop=self._loop, data_size_limit=LARGEST)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    def _in_thread(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _file_name(headers: Any) -> str:
    """From the mail's own date and identifier: a replay names its files as the first run did."""
    date = headers["Date"]
    identity = hashlib.sha256(str(headers["Message-ID"]).encode()).hexdigest()[:12]
    sent = _moment(date).astimezone(UTC)
    return f"{sent:%Y%m%dT%H%M%SZ}-{identity}.eml"


def _moment(date: str | None) -> datetime:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date or "")
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
