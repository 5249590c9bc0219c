"""The catalogues of facts that ship with Jalon, one file per contract and year."""

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent


class ShippedCatalogue(NamedTuple):
    """A shipped file and the contract it belongs to, as plain data."""

    path: Path
    contract: dict[str, Any]
    year: int


@lru_cache
def shipped_catalogues() -> tuple[ShippedCatalogue, ...]:
    """Every shipped catalogue, the oldest first."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        head = path.read_text(encoding="utf-8").split("\nenjeux:", 1)[0]
        content = yaml.safe_load(head)
        found.append(ShippedCatalogue(path, content["contract"], content["year"]))
    return tuple(sorted(found, key=lambda shipped: shipped.year))
