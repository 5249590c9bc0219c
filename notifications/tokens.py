"""Signed tokens: in the address that failures come back to, and in the link that stops a mail.

They say what they are for, so that one made for a purpose serves no other. Letters and digits of
base32, in lower case: a mail server may change the case of an address.
"""

import base64
import hmac
from datetime import date
from hashlib import sha256
from typing import NamedTuple

ID_BYTES, SHORT, LONG = 5, 10, 20


class Unsubscription(NamedTuple):
    """Who wants no more of which mail."""

    person_id: int
    template: str


def bounce_token(secret: bytes, message_id: int) -> str:
    """For the message of that number; 24 letters and digits."""
    payload = message_id.to_bytes(ID_BYTES, "big")
    return _base32(payload + _signature(secret, "bounce", payload, SHORT))


def read_bounce(secret: bytes, token: str) -> int | None:
    """The number of the message; None for a token that is not ours."""
    found = _bytes(token)
    payload, signature = found[:ID_BYTES], found[ID_BYTES:]
    expected = _signature(secret, "bounce", payload, SHORT)
    return int.from_bytes(payload, "big") if hmac.compare_digest(signature, expected) else None


def unsubscribe_token(secret: bytes, person_id: int, template: str) -> str:
    """For that person and kind of mail: `12.call_open.<signature>`."""
    payload = f"{person_id}.{template}"
    return f"{payload}.{_base32(_signature(secret, 'unsubscribe', payload.encode(), LONG))}"


def read_unsubscription(secret: bytes, token: str) -> Unsubscription | None:
    """Who wants no more of what; None for a token that is not ours."""
    payload, _dot, signature = token.rpartition(".")
    person, _dot, template = payload.partition(".")
    expected = _signature(secret, "unsubscribe", payload.encode(errors="replace"), LONG)
    if not hmac.compare_digest(_bytes(signature), expected):
        return None
    return Unsubscription(int(person), template)


class Asked(NamedTuple):
    """Who may answer about which duty, as it was dated, and until when."""

    obligation_id: int
    for_date: date
    person_id: int
    until: date


def answer_token(secret: bytes, asked: Asked) -> str:
    """For one reader to answer about one duty: four figures and a signature."""
    payload = (
        f"{asked.obligation_id}.{asked.for_date:%Y%m%d}.{asked.person_id}.{asked.until:%Y%m%d}"
    )
    return f"{payload}.{_base32(_signature(secret, 'answer', payload.encode(), LONG))}"


def read_answer(secret: bytes, token: str, today: date) -> Asked | None:
    """Who answers about what; None for a token that is not ours, or is out of date."""
    payload, _dot, signature = token.strip().rpartition(".")
    expected = _signature(secret, "answer", payload.encode(errors="replace"), LONG)
    if not hmac.compare_digest(_bytes(signature), expected):
        return None
    obligation, for_date, person, until = payload.split(".")
    asked = Asked(
        int(obligation), date.fromisoformat(for_date), int(person), date.fromisoformat(until)
    )
    return asked if today <= asked.until else None


def _signature(secret: bytes, purpose: str, payload: bytes, length: int) -> bytes:
    return hmac.digest(secret, purpose.encode() + b"\0" + payload, sha256)[:length]


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _bytes(token: str) -> bytes:
    text = token.strip().upper()
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:  # not base32, or not ASCII
        return b""
