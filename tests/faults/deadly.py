"""A server that counts what it takes, and kills its client at the stage that it was told."""

import asyncio
import os
import signal
from collections import Counter
from contextlib import suppress
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import AnyStr

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from notifications.catcher import Catcher


class Deadly(Catcher):
    """`taken` counts the mails that came in whole, by Message-ID; `bodies` are their bytes."""

    def __init__(self) -> None:
        super().__init__(Path(), keep=False)
        self.taken: Counter[str] = Counter()
        self.bodies: dict[str, set[bytes]] = {}
        self.victim, self.stage = 0, ""

    async def handle_DATA(  # noqa: N802 # the name aiosmtpd calls
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        assert len(envelope.rcpt_tos) == 1
        identity = str(BytesHeaderParser().parsebytes(envelope.content)["Message-ID"])
        self.taken[identity] += 1
        self.bodies.setdefault(identity, set()).add(envelope.content)
        return "250 OK"

    def kill(self, stage: str) -> bool:
        """Kill the client, when this is the stage at which it is to die."""
        if self.stage != stage:
            return False
        self.stage = ""
        with suppress(ProcessLookupError):
            os.kill(self.victim, signal.SIGKILL)
        return True

    def _talk(self) -> SMTP:
        return _Talk(self)


class _Talk(SMTP):
    def __init__(self, server: Deadly) -> None:
        self.deadly = server
        super().__init__(server, hostname="localhost", loop=server._loop)

    async def push(self, status: AnyStr) -> None:
        if not self.deadly.kill("CONNECT"):
            await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if not self.deadly.kill("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        if not self.deadly.kill("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        if not self.deadly.kill("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.deadly.kill("DATA"):
            return
        if self.deadly.stage == "BODY":
            await super().push("354 Go on")
            await self._reader.readuntil(b"\r\n")
            self.deadly.kill("BODY")
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()  # what it had already written is not a mail
            await asyncio.Event().wait()
        await super().smtp_DATA(arg)
