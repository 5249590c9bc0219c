"""Making other people's words safe to put in a mail: no control character, no hidden direction mark."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

# Spaces at which a line never breaks are kept: « 12 000 € » needs them.
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def one_line(text: str) -> str:
    """`text` on one line, fit for a header."""
    return _BLANKS.sub(" ", _visible(_BLANKS.sub(" ", text))).strip()


def several_lines(text: str) -> str:
    """`text` with its own line ends, each line made safe, blank lines at both ends removed."""
    return "\n".join(map(one_line, text.splitlines())).strip("\n")


def shortened(text: str, longest: int) -> str:
    """`text`, cut with « … » when it is longer than `longest`."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _visible(text: str) -> str:
    return "".join(c for c in text if not _hidden(c))


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _DIRECTION_MARKS


Line = Annotated[str, AfterValidator(one_line)]
Words = Annotated[str, AfterValidator(several_lines)]
