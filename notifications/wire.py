"""How headers travel: identifiers whole on their line, other languages as short encoded words.

Python folds at 78 characters and then encodes long identifiers and addresses as words, which
breaks them; without folding it makes encoded words far longer than the 75 characters of RFC
2047; and when it splits French text it can lose a space. So: ASCII headers are never folded, and
what is not ASCII is encoded here.
"""

import re
from base64 import b64encode
from email.policy import EmailPolicy
from typing import Any

LONGEST_LINE = 76
LONGEST_WHOLE = 900  # of a name and its address; SMTP takes lines of 998 characters
_READABLE = re.compile(r"(?:[!-~]+ )+")  # words at the start that need no encoding
_START, _END = "=?utf-8?b?", "?="


class Wire(EmailPolicy):
    """The policy of every mail: CRLF, 7-bit headers, no identifier ever folded."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as bytes."""
        text = str(value)
        if "\r" in text or "\n" in text:
            raise ValueError(f"a header is one line, got {text!r}")
        whole = text.isascii() and not (hasattr(value, "addresses") and len(text) > LONGEST_WHOLE)
        return f"{name}: {text if whole else _encoded(name, value)}\r\n".encode("ascii")


def _encoded(name: str, value: Any) -> str:
    room = LONGEST_LINE - len(f"{name}: ")
    if hasattr(value, "addresses"):
        (one,) = value.addresses  # Jalon writes to one person at a time, from one sender
        return f"{encoded_words(one.display_name, room)}\r\n <{one.addr_spec}>"
    text = str(value)
    found = _READABLE.match(text)
    start = found[0] if found and len(found[0]) <= room else ""
    rest = encoded_words(text.removeprefix(start), LONGEST_LINE - 1 if start else room)
    return f"{start.rstrip(' ')}\r\n {rest}" if start else rest


def encoded_words(text: str, room: int) -> str:
    """`text` as encoded words of RFC 2047, `room` characters left on the first line."""
    words, left = [], text
    while left:
        size = (
            (room - len(_START) - len(_END)) // 4 * 3
        )  # base64 makes four characters of three bytes
        chunk = _fitting(left, size)
        words.append(_START + b64encode(chunk.encode()).decode("ascii") + _END)
        left = left[len(chunk) :]
        room = LONGEST_LINE - 1
    return "\r\n ".join(words)


def _fitting(text: str, size: int) -> str:
    """The longest start of `text` of at most `size` bytes, no character cut."""
    return text.encode()[:size].decode(errors="ignore") or text[0]


def identifier(text: str) -> str:
    """`text` as a part of an identifier: lower-case ASCII letters, digits, dots and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "jalon"


WIRE = Wire(linesep="\r\n", max_line_length=998)
