"""A name fit for any disk and any header, from whatever a browser sent."""

import re
import unicodedata

MOST = 100
_FORBIDDEN = re.compile(r'[<>:"/\\|?*;]')
_SPACES = re.compile(r"\s+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def extension_of(name: str) -> str:
    """What follows the last dot, lower case; raises nothing."""
    return last_part(name).rpartition(".")[2].strip().lower()


def last_part(name: str) -> str:
    """The name without the folders that some browsers send before it; raises nothing."""
    return re.split(r"[/\\]", name)[-1]


def clean_name(name: str, extension: str) -> str:
    """The name shown and given back: no folder, no invisible sign, the extension of its content.

    Raises nothing.
    """
    stem = unicodedata.normalize("NFC", last_part(name)).rpartition(".")[0]
    stem = "".join(c for c in stem if not unicodedata.category(c).startswith("C"))
    stem = _SPACES.sub(" ", _FORBIDDEN.sub("_", stem)).strip(" .")[:MOST].strip(" .")
    if not stem or _DEVICES.fullmatch(stem):
        stem = f"document_{stem}".rstrip("_")
    return f"{stem}.{extension}"
