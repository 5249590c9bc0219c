"""The mail server that messages are handed to."""

from dataclasses import dataclass, field
from typing import Literal

from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Relay:
    """How to reach the relay. With `starttls` or `tls` its certificate is verified.

    `connections` is how many mails are handed over at the same time. The waits, in seconds, are
    those of RFC 5321 §4.5.3.2: after the last dot a server may think for ten minutes, and giving
    up earlier is how mail gets sent twice.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    connections: int = 1
    connect_wait: float = 60
    command_wait: float = 300
    data_wait: float = 600

    @classmethod
    def of(cls, settings: Settings) -> "Relay | None":
        """The relay that the settings name; None when there is none (mail then goes to the catcher)."""
        if settings.smtp_host is None:
            return None
        secret = settings.smtp_password
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            username=settings.smtp_username,
            password=secret.get_secret_value() if secret else None,
            ca_file=str(settings.smtp_ca_file) if settings.smtp_ca_file else None,
            connections=settings.smtp_connections,
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
