"""Fiche numbers are text: "1.10" comes after "1.9" and is not "1.1"."""

import re

_FICHE = re.compile(r"([1-9][0-9]{0,2})\.([1-9][0-9]{0,2})")


def natural_key(number: str) -> tuple[int, ...]:
    """What numbers are sorted by: "1.10" gives (1, 10). Raises ValueError on anything else."""
    if not (match := _FICHE.fullmatch(number)):
        raise ValueError(f"not a fiche number: {number!r}")
    return int(match[1]), int(match[2])


def is_number(text: str) -> bool:
    """Whether `text` is a fiche number, such as "1.10". Raises nothing."""
    return _FICHE.fullmatch(text) is not None
