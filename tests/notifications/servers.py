"""Mail servers that behave as told, on real sockets."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from notifications.catcher import Catcher
from notifications.relay import Relay

SILENCE = "silence"  # never answer
HANG_UP = "hang up"  # close the connection without an answer


class Scripted(Catcher):
    """Answers each stage (MAIL, RCPT, DATA) from its script, then as a good server does.

    `received` holds what came in whole, whatever was answered; `reached` is set when the first has.
    """

    def __init__(self, **script: Iterable[str]) -> None:
        super().__init__(Path(), keep=False)
        self.script = defaultdict(list, {stage: list(lines) for stage, lines in script.items()})
        self.received: list[bytes] = []
        self.connections = 0
        self.reached = threading.Event()

    async def handle_MAIL(  # noqa: N802 # the names aiosmtpd calls
        self, server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._answer("MAIL", server)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = await self._answer("RCPT", server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: SmtpSession, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        assert len(envelope.rcpt_tos) == 1
        self.received.append(envelope.content)
        self.reached.set()
        answer = await self._answer("DATA", server)
        return (
            await super().handle_DATA(server, session, envelope) if answer == "250 OK" else answer
        )

    def identifiers(self) -> list[str]:
        """The Message-ID of everything that came in."""
        return [str(message_from_bytes(c, policy=default)["Message-ID"]) for c in self.received]

    def _talk(self) -> SMTP:
        self.connections += 1
        return super()._talk()

    async def _answer(self, stage: str, server: SMTP) -> str:
        said = self.script[stage].pop(0) if self.script[stage] else "250 OK"
        if said == SILENCE:
            await asyncio.Event().wait()
        if said == HANG_UP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return said


def impatient(relay: Relay) -> Relay:
    """The same relay, on which nobody waits for minutes."""
    return replace(relay, command_wait=0.3, data_wait=0.3)
