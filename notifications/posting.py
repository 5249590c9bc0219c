"""What is added to a mail as it leaves: where failures come back, a signature that vouches for it."""

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import dkim

from config.errors import ConfigError, ConfigProblem
from config.i18n import gettext as _
from config.settings import Settings, load_settings, variable
from notifications.sender import Sender
from notifications.tokens import bounce_token, unsubscribe_token

UNSUBSCRIBE_PATH = "/courriels/arret/"  # and the token; web/ answers there
SIGNED = tuple(
    name.encode()
    for name in ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To",
                 "References", "Auto-Submitted", "List-Id", "List-Unsubscribe",
                 "List-Unsubscribe-Post", "MIME-Version", "Content-Type")
)  # fmt: skip


class DkimKey(NamedTuple):
    """The private key of a selector."""

    selector: bytes
    pem: bytes
    algorithm: bytes


@dataclass(frozen=True, slots=True)
class Posting:
    """What this installation adds; without a secret or a key, nothing."""

    sender: Sender
    public_url: str = ""
    secret: bytes | None = field(default=None, repr=False)
    bounce_address: str = ""
    key: DkimKey | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Posting":
        """As the settings say; raises ConfigError for a key that cannot sign."""
        secret = settings.mail_secret
        return cls(
            Sender.of(settings),
            settings.public_url,
            secret.get_secret_value().encode() if secret else None,
            settings.bounce_address or "",
            _key(settings),
        )

    def return_path(self, message_id: int) -> str:
        """The envelope's sender: an address of this message alone, or the plain one."""
        if self.secret is None or not self.bounce_address:
            return self.sender.address
        local, _at, domain = self.bounce_address.rpartition("@")
        return f"{local}+{bounce_token(self.secret, message_id)}@{domain}"

    def unsubscribe_link(self, person_id: int, template: str) -> str:
        """Where its reader stops an optional mail with one click; empty when nothing can be signed."""
        if self.secret is None:
            return ""
        token = unsubscribe_token(self.secret, person_id, template)
        return f"{self.public_url}{UNSUBSCRIBE_PATH}{token}"

    def signed(self, content: bytes) -> bytes:
        """The mail with its DKIM signature before it, when there is a key."""
        if self.key is None:
            return content
        signer = dkim.DKIM(content, signature_algorithm=self.key.algorithm)
        header: bytes = signer.sign(
            self.key.selector,
            self.sender.domain.encode("ascii"),
            self.key.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in SIGNED if name.lower() in _names(signer)],
        )
        return header + content


@cache
def current_posting() -> Posting:
    """What this installation adds; raises ConfigError when the settings are at fault."""
    return Posting.of(load_settings())


def _names(signer: dkim.DKIM) -> set[bytes]:
    return {name.lower() for name, _value in signer.headers}


def _key(settings: Settings) -> DkimKey | None:
    if settings.dkim_key is None or settings.dkim_selector is None:
        return None
    pem = settings.dkim_key.read_bytes()
    try:
        dkim.parse_pem_private_key(pem)
    except (dkim.UnparsableKeyError, ValueError, OSError) as error:
        text = _("« {value} » refusé, attendu : une clé privée RSA au format PEM")
        fault = ConfigProblem(text.format(value=settings.dkim_key), variable("dkim_key"))
        raise ConfigError([fault]) from error
    return DkimKey(settings.dkim_selector.encode(), pem, b"rsa-sha256")
