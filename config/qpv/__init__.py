"""The priority neighbourhoods (QPV) that ship with Jalon, with the dates their codes are valid."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from config.yaml_source import load_yaml

FOLDER = Path(__file__).parent


class Neighbourhood(BaseModel):
    """One neighbourhood; its code may come again later with other dates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^Q[NP][0-9A-Z]{6}$")
    name: str = Field(min_length=1, max_length=400)
    commune_insee: str = Field(pattern=r"^[0-9][0-9AB][0-9]{3}$")
    valid_from: date
    valid_to: date | None = None


class Neighbourhoods(BaseModel):
    """Those of one contract."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contract: str
    neighbourhoods: list[Neighbourhood]


@lru_cache
def shipped_neighbourhoods() -> tuple[Neighbourhoods, ...]:
    """One group per shipped file. Raises ConfigError when a file is not as it should be."""
    return tuple(load_yaml(path, Neighbourhoods) for path in sorted(FOLDER.glob("*.yaml")))
