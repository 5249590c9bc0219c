"""In whose name mail leaves: read from the settings once per process."""

from dataclasses import dataclass
from functools import cache

from config.errors import ConfigError, ConfigProblem
from config.i18n import gettext as _
from config.settings import Settings, load_settings, variable


@dataclass(frozen=True, slots=True)
class Sender:
    """The address mail comes from, the name people read, where answers go."""

    address: str
    name: str
    reply_to: str

    @property
    def domain(self) -> str:
        """The right-hand side of message identifiers."""
        return self.address.rpartition("@")[2]

    @classmethod
    def of(cls, settings: Settings) -> "Sender":
        """The sender that the settings describe; raises ConfigError for an address not in ASCII."""
        address = _in_ascii("sender_address", settings.sender_address)
        reply_to = _in_ascii("reply_to", settings.reply_to) if settings.reply_to else address
        return cls(address, settings.sender_name, reply_to)


@cache
def current_sender() -> Sender:
    """The sender of this installation; raises ConfigError when the settings are at fault."""
    return Sender.of(load_settings())


def _in_ascii(field: str, address: str) -> str:
    """An accented domain in its ASCII form; what stands before the @ cannot be translated."""
    local, _at, domain = address.rpartition("@")
    if not local.isascii():
        text = _("« {value} » reçu, attendu : pas de lettre accentuée avant le @")
        raise ConfigError([ConfigProblem(text.format(value=address), variable(field))])
    return f"{local}@{domain.encode('idna').decode('ascii')}"
