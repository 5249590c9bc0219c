"""Handing the outbox over to the relay: the only place that speaks SMTP as a client."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from config.i18n import gettext as _
from models.errors import BadInput, Unavailable
from models.session import transaction
from models.vocabulary import MessageStatus
from notifications.claims import Claim, Result, give_back, settle, take_next
from notifications.composing import usable_address
from notifications.relay import Relay
from notifications.sender import current_sender
from notifications.wording import one_line, shortened

logger = logging.getLogger(__name__)

TOO_BIG = 552
CUT_OFF = (SMTPTimeoutError, SMTPServerDisconnected)
_ON_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one round of delivery did; `doubtful` counts hand-overs that may have been the second."""

    sent: int = 0
    deferred: int = 0
    refused: int = 0
    cancelled: int = 0
    doubtful: int = 0


class _RelayOutOfReach(Exception):  # not an error of the message: nothing is wrong with it
    """The relay does not take mail from us at all now; str() says why."""


def deliver_pending(
    relay: Relay,
    *,
    clock: Callable[[], datetime],
    worker: str,
    url: str | None = None,
    limit: int | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> DeliveryReport:
    """Hand over every message that is due (at most `limit`), one SMTP transaction each.

    Once `stopping()`, the message in hand is the last. Several processes may run this at once.
    Raises `Unavailable` when the relay cannot be reached or refuses us; messages then wait on.
    """
    return asyncio.run(_Round(relay, clock, worker, url, stopping).run(limit))


@dataclass(slots=True)
class _Round:
    """One run over the outbox with one connection, opened when it is first needed."""

    relay: Relay
    clock: Callable[[], datetime]
    worker: str
    url: str | None
    stopping: Callable[[], bool]
    client: SMTP | None = None
    counts: Counter[str] = field(default_factory=Counter)

    async def run(self, limit: int | None) -> DeliveryReport:
        handled = 0
        try:
            while (limit is None or handled < limit) and (claim := self._take()):
                await self._deliver(claim)
                handled += 1
        finally:
            await self._hang_up()
        return DeliveryReport(**self.counts)

    def _take(self) -> Claim | None:
        if self.stopping():
            return None
        with transaction(self.url) as session:
            taken = take_next(session, worker=self.worker, now=self.clock())
        self.counts["cancelled"] += taken.cancelled
        return taken.claim

    async def _deliver(self, claim: Claim) -> None:
        try:
            result = await self._hand_over(await self._connected(), claim)
        except _RelayOutOfReach as error:
            with transaction(self.url) as session:
                give_back(session, claim, str(error), worker=self.worker)
            raise Unavailable(self._sentence(str(error))) from error
        with transaction(self.url) as session:
            settle(session, claim, result, worker=self.worker, now=self.clock())
        self.counts[result.status.value] += 1
        self.counts["doubtful"] += result.doubtful or claim.doubtful
        logger.info("message handed over", extra={"key": claim.key, "status": result.status.value})

    async def _connected(self) -> SMTP:
        if self.client is not None and self.client.is_connected:
            return self.client
        await self._hang_up()
        relay = self.relay
        self.client = SMTP(
            hostname=relay.host,
            port=relay.port,
            local_hostname="localhost" if relay.host in _ON_THIS_MACHINE else None,
            use_tls=relay.tls == "tls",
            start_tls=relay.tls == "starttls",
            username=relay.username,
            password=relay.password,
            timeout=relay.command_wait,
        )
        try:
            await self.client.connect(timeout=relay.connect_wait)
        except (SMTPException, OSError) as error:
            raise _RelayOutOfReach(_said(error)) from error
        return self.client

    async def _hand_over(self, client: SMTP, claim: Claim) -> Result:
        try:
            size = [f"size={len(claim.content)}"] if client.supports_extension("size") else []
            await client.mail(current_sender().address, options=size)
            await client.rcpt(_ascii(claim.recipient))
        except SMTPSenderRefused as error:
            if error.code >= 500 and error.code != TOO_BIG:
                raise _RelayOutOfReach(_said(error)) from error  # it is us that it refuses
            return await self._answered(client, error)
        except SMTPResponseException as error:
            return await self._answered(client, error)
        except CUT_OFF as error:
            return Result(MessageStatus.DEFERRED, _said(error))
        except ValueError as error:  # an address that cannot be said in SMTP
            return Result(MessageStatus.REFUSED, _said(error))
        return await self._send_data(client, claim)

    async def _send_data(self, client: SMTP, claim: Claim) -> Result:
        try:
            answer = await client.data(claim.content, timeout=self.relay.data_wait)
        except SMTPResponseException as error:
            return await self._answered(client, error)
        except CUT_OFF as error:  # it may have been taken, though the answer did not come
            return Result(MessageStatus.DEFERRED, _said(error), doubtful=True)
        return Result(MessageStatus.SENT, f"{answer.code} {_brief(answer.message)}")

    async def _answered(self, client: SMTP, error: SMTPResponseException) -> Result:
        """The relay said no: for good (5xx) or for now; the connection goes on to the next mail."""
        with suppress(SMTPException, ConnectionError):
            await client.rset()
        for_good = error.code >= 500
        return Result(MessageStatus.REFUSED if for_good else MessageStatus.DEFERRED, _said(error))

    async def _hang_up(self) -> None:
        client, self.client = self.client, None
        if client is None:
            return
        with suppress(SMTPException, OSError):
            if client.is_connected:
                await client.quit()
        client.close()
        await asyncio.sleep(0)  # the transport closes on the next turn of the loop

    def _sentence(self, detail: str) -> str:
        return _(
            "Le relais de messagerie {relay} ne prend pas le courrier ({detail}) : les messages"
            " restent dans la file ; vérifiez JALON_SMTP_HOST, puis relancez l’envoi."
        ).format(relay=self.relay, detail=detail)


def _ascii(address: str) -> str:
    try:
        return usable_address(address)
    except BadInput:
        return address  # our own mailbox, on this machine


def _said(error: Exception) -> str:
    """The relay's own words when it answered, else what went wrong, on one line."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {_brief(error.message)}"
    if isinstance(error, SMTPTimeoutError):
        return _("pas de réponse à temps")
    return _brief(str(error)) or type(error).__name__


def _brief(text: str) -> str:
    return shortened(one_line(text), 500)
