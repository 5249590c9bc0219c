"""What comes back to a mail: a failure for good or for now, an automatic reply; and of which message.

Reading only: `workflows/bounces.py` says what is done about it.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from enum import StrEnum

from flufl.bounce import all_failures

from notifications.tokens import read_bounce
from notifications.wording import one_line, shortened

_TOKEN = re.compile(r"\+([a-z2-7]{24})@", re.IGNORECASE)
_IDENTIFIER = re.compile(rb"^Message-ID:\s*(<[^<>\s]{3,200}>)", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(rb"^Diagnostic-Code:\s*([^\r\n]+(?:\r?\n[ \t][^\r\n]+)*)", re.I | re.M)
_STATUS = re.compile(rb"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_WHERE = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_REPLIES = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
LONGEST = 300


class Kind(StrEnum):
    """What a mail that came back is."""

    HARD = "hard"
    SOFT = "soft"
    AUTOMATIC = "automatic"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that came back. `message_id` or `identifier` tells of which of ours, when it does."""

    kind: Kind
    detail: str = ""
    addresses: frozenset[str] = frozenset()
    message_id: int | None = None
    identifier: str = ""


def read_returned(content: bytes, secret: bytes | None, recipient: str = "") -> Returned:
    """Understand a mail that came to the return address; `recipient` is whom it was handed over for."""
    mail = message_from_bytes(content)
    number, identifier = _token(mail, secret, recipient), _identifier(content, mail)
    for_now, for_good = _failures(mail)
    status = _STATUS.search(content)
    if for_good and not (status and status[1].startswith(b"4")) and not _full(status):
        return Returned(Kind.HARD, _detail(content), _plain(for_good), number, identifier)
    if for_now or for_good:
        addresses = _plain(for_now | for_good)
        return Returned(Kind.SOFT, _detail(content), addresses, number, identifier)
    automatic = Kind.AUTOMATIC if _is_automatic(mail) else Kind.OTHER
    return Returned(automatic, message_id=number, identifier=identifier)


def _failures(mail: Mail) -> tuple[frozenset[bytes], frozenset[bytes]]:
    try:
        return all_failures(mail)
    except Exception:  # noqa: BLE001 # a mail so odd that a detector trips over it tells nothing
        return frozenset(), frozenset()


def _token(mail: Mail, secret: bytes | None, recipient: str) -> int | None:
    if secret is None:
        return None
    places = [recipient, *(str(value) for name in _WHERE for value in mail.get_all(name, []))]
    for place in places:
        for token in _TOKEN.findall(place):
            if (number := read_bounce(secret, token)) is not None:
                return number
    return None


def _identifier(content: bytes, mail: Mail) -> str:
    """The Message-ID of the mail that is returned inside, not that of what returns it."""
    own = str(mail.get("Message-ID", "")).strip()
    found = [match.decode("ascii", "replace") for match in _IDENTIFIER.findall(content)]
    return next((one for one in found if one != own), "")


def _is_automatic(mail: Mail) -> bool:
    """RFC 3834, and what came before it."""
    said = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(mail.get("Precedence", "")).strip().lower()
    old = precedence in {"auto_reply", "bulk", "junk"} or any(name in mail for name in _REPLIES)
    return said != "no" or old


def _full(status: re.Match[bytes] | None) -> bool:
    """A mailbox that is full today is not an address that fails."""
    return status is not None and status[1] in {b"5.2.2", b"5.2.3", b"5.3.4"}


def _detail(content: bytes) -> str:
    found = _DIAGNOSTIC.search(content) or _STATUS.search(content)
    return shortened(one_line(found[1].decode("utf-8", "replace")), LONGEST) if found else ""


def _plain(addresses: frozenset[bytes]) -> frozenset[str]:
    return frozenset(address.decode("ascii", "replace").lower() for address in addresses)
