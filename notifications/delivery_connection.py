"""One connection to the relay: opened and secured as the settings ask, one message at a time."""

import asyncio
import ssl
from collections.abc import Awaitable
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from models.errors import BadInput
from models.vocabulary import MessageStatus as Status
from models.vocabulary import RelayFault
from notifications import points
from notifications.breaker import RelayDown
from notifications.claims import Claim, Result
from notifications.composing import usable_address
from notifications.delivery_answers import (
    AUTHENTICATION,
    CLOSING,
    FOR_GOOD,
    Stage,
    answer,
    judged,
    said,
)
from notifications.relay import Relay

GO_AHEAD, TAKEN = 354, range(200, 300)
_ON_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class Connection:
    """A connection that is opened when it is first needed, and again when it has broken."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._client: SMTP | None = None
        self._served = False  # a mail has begun to pass on it

    async def open(self) -> SMTP:
        """A client that was greeted, encrypted and let in; raises `RelayDown` when it is not."""
        if self._client is not None and self._client.is_connected:
            return self._client
        await self.close()
        self._client, self._served = self._new(), False
        await self._enter(self._client)
        points.reached("connected")
        return self._client

    async def hand_over(self, claim: Claim, sender: str, content: bytes) -> Result:
        """One SMTP transaction; raises `RelayDown` when the relay takes nothing from us at all."""
        client, stage = await self.open(), Stage.SENDER
        try:
            size = [f"size={len(content)}"] if client.supports_extension("size") else []
            await client.mail(sender, options=size)
            stage, self._served = Stage.RECIPIENT, True
            await client.rcpt(_ascii(claim.recipient))
            stage = Stage.DATA
            await _announce(client)
            stage = Stage.CONTENT
            return await self._send(client, content)
        except (SMTPException, OSError, ValueError) as error:
            await self._make_ready_again(client, error)
            if self._served and stage is Stage.SENDER and _left(error):
                return await self.hand_over(
                    claim, sender, content
                )  # it had hung up between two mails
            return judged(error, stage)

    async def close(self) -> None:
        """Take leave politely, if the other side still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(SMTPException, OSError):
            if client.is_connected:
                await client.quit()
        client.close()
        await asyncio.sleep(0)  # the transport closes on the next turn of the loop

    def _new(self) -> SMTP:
        relay = self._relay
        return SMTP(
            hostname=relay.host,
            port=relay.port,
            local_hostname="localhost" if relay.host in _ON_THIS_MACHINE else None,
            use_tls=relay.tls == "tls",
            start_tls=False,  # done step by step, so that a fault is known for what it is
            cert_bundle=relay.ca_file,
            timeout=relay.command_wait,
        )

    async def _enter(self, client: SMTP) -> None:
        await _step(RelayFault.POLICY, client.connect(timeout=self._relay.connect_wait))
        await _step(RelayFault.POLICY, _hello(client))
        if self._relay.tls == "starttls":
            await _step(RelayFault.ENCRYPTION, client.starttls())
            await _step(RelayFault.POLICY, _hello(client))
        if self._relay.username is not None:
            login = client.login(self._relay.username, self._relay.password or "")
            await _step(RelayFault.AUTHENTICATION, login)

    async def _send(self, client: SMTP, content: bytes) -> Result:
        if client.protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        client.protocol.write(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        got = await client.protocol.read_response(timeout=self._relay.data_wait)
        points.reached("answered")
        if got.code not in TAKEN:
            raise SMTPDataError(got.code, got.message)
        return Result(Status.SENT, answer(got.code, got.message))

    async def _make_ready_again(self, client: SMTP, error: Exception) -> None:
        """Go on with this connection when the relay answered, else drop it: its state is unknown."""
        answered = isinstance(error, SMTPResponseException) and error.code > 0
        with suppress(SMTPException, OSError):
            if client.is_connected and (answered or isinstance(error, ValueError)):
                await client.rset()
                return
        client.close()


async def _step(fault: RelayFault, step: Awaitable[object]) -> None:
    """One step of coming in; raises `RelayDown`, with `fault` when the relay refused it for good."""
    try:
        await step
    except (SMTPException, OSError) as error:
        raise RelayDown(_fault(error, fault), said(error)) from error


def _fault(error: Exception, refused: RelayFault) -> RelayFault:
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return RelayFault.ENCRYPTION
    if isinstance(error, SMTPResponseException):
        if error.code in AUTHENTICATION:
            return RelayFault.AUTHENTICATION
        return refused if error.code in FOR_GOOD else RelayFault.UNREACHABLE
    return RelayFault.UNREACHABLE if isinstance(error, OSError) else refused


def _left(error: Exception) -> bool:
    """Whether the other side has gone, or takes leave."""
    closing = isinstance(error, SMTPResponseException) and error.code == CLOSING
    return closing or isinstance(error, SMTPServerDisconnected)


async def _hello(client: SMTP) -> None:
    """EHLO, and HELO to a server of before 1995."""
    try:
        await client.ehlo()
    except SMTPHeloError as error:
        if error.code not in FOR_GOOD:
            raise
        await client.helo()


async def _announce(client: SMTP) -> None:
    go = await client.execute_command(b"DATA")
    if go.code != GO_AHEAD:
        raise SMTPDataError(go.code, go.message)


def _ascii(address: str) -> str:
    if address.isascii():
        return address  # it was looked at when the mail was composed
    try:
        return usable_address(address)
    except BadInput:
        return address  # our own mailbox, on this machine
