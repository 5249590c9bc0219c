"""A relay that keeps each mail at the door until the test lets it in."""

import asyncio
import threading
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from notifications.catcher import Catcher


class Gate(Catcher):
    """`arrived` is set when a mail is there; it is taken once `let_in` is set."""

    def __init__(self) -> None:
        super().__init__(Path(), keep=False)
        self.arrived, self.let_in = threading.Event(), threading.Event()
        self.recipients: list[str] = []

    async def handle_DATA(  # noqa: N802 # the name aiosmtpd calls
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope
    ) -> str:
        self.arrived.set()
        await asyncio.get_running_loop().run_in_executor(None, self.let_in.wait, 60)
        self.recipients += envelope.rcpt_tos
        return "250 OK"
