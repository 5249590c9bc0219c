"""A catalogue as its file says it, cells not yet understood; every reader yields one."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from models.schemas.catalogue import ContractDoc, EnjeuDoc, Wording
from workflows.catalogue.banner import Banner


@dataclass
class FicheDraft:
    """One fiche as written, under the last enjeu met. `objectives` and `pilots` when the file holds lists."""

    line: int | None
    title: str
    number: str
    objectives_source: str
    call: str | bool
    pilots_source: str
    enjeu: int | None
    objectives: list[str] | None = None
    pilots: list[Any] | None = None


class EnjeuLine(NamedTuple):
    """An enjeu and where it is announced."""

    line: int | None
    enjeu: EnjeuDoc


@dataclass
class Draft:
    """Everything a file says. `columns` names its columns the way the reader of an error sees them."""

    columns: dict[str, str]
    banners: list[Banner] = field(default_factory=list)
    header_lines: list[int] = field(default_factory=list)
    enjeux: list[EnjeuLine] = field(default_factory=list)
    fiches: list[FicheDraft] = field(default_factory=list)
    contract: ContractDoc | None = None
    year: int | None = None
    objectives_are: Wording = "official"
