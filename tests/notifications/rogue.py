"""A mail server that plays a part: at each stage of the dialogue it does what its script says.

It is aiosmtpd, whose every reply can be replaced: by another one, by silence, by rubbish, by a
connection that breaks. What the script does not say is done as a good server does.
"""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession

from notifications.catcher import LARGEST, Catcher

STAGES = ("CONNECT", "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "DOT",
          "RSET", "QUIT")  # fmt: skip
GOOD = LoginPassword(b"jalon", b"secret")


@dataclass(frozen=True)
class Play:
    """What happens at one stage: bytes sent as they are, after a wait, perhaps before hanging up."""

    said: bytes = b""
    then_cut: bool = False
    wait: float = 0
    by_byte: bool = False


def say(text: str) -> Play:
    """That reply, and on with the dialogue."""
    return Play(f"{text}\r\n".encode())


def say_and_cut(text: str) -> Play:
    """That reply, then nobody."""
    return Play(f"{text}\r\n".encode(), then_cut=True)


CUT = Play(then_cut=True)
SILENCE = Play(wait=3600)
RUBBISH = Play(b"\x00\xff<html>not SMTP at all\r\n")
AS_USUAL = Play(b"as usual")
Script = Mapping[str, Sequence[Play] | Play]  # one play per time, or the same for ever


class Rogue(Catcher):
    """`received` holds each mail that came in whole; `connections` counts."""

    def __init__(
        self,
        script: Script,
        *,
        tls: ssl.SSLContext | None = None,
        auth: bool = False,
        size: int | None = LARGEST,
    ) -> None:
        super().__init__(Path(), keep=False)
        self.script = {
            stage: play if isinstance(play, Play) else list(play) for stage, play in script.items()
        }
        assert self.script.keys() <= set(STAGES)
        self.tls, self.auth, self.size = tls, auth, size
        self.received: list[bytes] = []
        self.stages: defaultdict[str, int] = defaultdict(int)
        self.connections = 0

    def play(self, stage: str) -> Play:
        """What to do this time."""
        self.stages[stage] += 1
        found = self.script.get(stage, AS_USUAL)
        if isinstance(found, Play):
            return found
        return found.pop(0) if found else AS_USUAL

    async def handle_DATA(  # noqa: N802 # the name aiosmtpd calls
        self, server: SMTP, session: SmtpSession, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        assert isinstance(server, _Talk)
        server.dotted = True
        return await super().handle_DATA(server, session, envelope)

    def _talk(self) -> SMTP:
        self.connections += 1
        return _Talk(self)


class _Talk(SMTP):
    """One dialogue."""

    def __init__(self, rogue: Rogue) -> None:
        self.rogue = rogue
        self.greeted = self.dotted = False
        super().__init__(
            rogue,
            hostname="localhost",
            loop=rogue._loop,
            data_size_limit=rogue.size,
            tls_context=rogue.tls,
            authenticator=_check if rogue.auth else None,
            auth_require_tls=not rogue.auth,
        )

    async def push(self, status: Any) -> None:
        if not self.greeted:
            self.greeted = True
            if await self.plays("CONNECT"):
                return
        if self.dotted:
            self.dotted = False
            if await self.plays("DOT"):
                return
        await super().push(status)

    async def plays(self, stage: str) -> Play | None:
        """What the script had done here; None when it had nothing."""
        play = self.rogue.play(stage)
        if play is AS_USUAL:
            return None
        try:
            await asyncio.sleep(play.wait)
        except asyncio.CancelledError:  # the test is over
            if isinstance(self.transport, asyncio.Transport):
                self.transport.abort()
            raise
        for part in [bytes([byte]) for byte in play.said] if play.by_byte else [play.said]:
            self._writer.write(part)
            await self._writer.drain()
        if play.then_cut:
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.close() if play.said else self.transport.abort()
        return play

    def remember(self, stage: str, arg: str) -> None:
        """As if the usual reply had been given."""
        assert self.session is not None
        assert self.envelope is not None
        if stage in ("EHLO", "HELO"):
            self.session.host_name = arg
        elif stage == "RCPT":
            self.envelope.rcpt_tos.append(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self.plays("DATA"):
            return
        body = self.rogue.play("BODY")
        assert isinstance(self.transport, asyncio.Transport)
        if body.then_cut:
            await super().push("354 Go on")
            await self._reader.readuntil(b"\r\n")
            self.transport.abort()
            return
        if body.wait:  # it does not read for a while
            self.transport.pause_reading()
            self.loop.call_later(body.wait, self.transport.resume_reading)
        await super().smtp_DATA(arg)


def _command(stage: str) -> Any:
    usual = getattr(SMTP, f"smtp_{stage}")

    async def command(self: _Talk, arg: str) -> None:
        play = await self.plays(stage)
        if play is None:
            await usual(self, arg)
        elif play.said.startswith(b"25"):
            self.remember(stage, arg)  # it said yes: the dialogue goes on from there

    return command


for _stage in ("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "RSET", "QUIT"):
    setattr(_Talk, f"smtp_{_stage}", _command(_stage))


def _check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data == GOOD, handled=False)
