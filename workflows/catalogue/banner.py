"""The title of a page: the call's year, and the contract's name and years."""

import re
from collections import Counter
from typing import NamedTuple

from pydantic import ValidationError

from config.i18n import gettext as _
from config.organisations import spelling_key
from models.schemas.catalogue import ContractDoc
from workflows.catalogue.findings import Findings

_TITLE = re.compile(
    r"appels? a projets?\b\s*(?P<year>[0-9]{4})?\s*[-–—:]?\s*(?P<contract>.*)", re.S
)
_LONGEST = 1_000
_YEARS = re.compile(r"\s*(?P<first>[0-9]{4})\s*[-–—/]\s*(?P<last>[0-9]{4})\s*$")


class Banner(NamedTuple):
    """A page's title as read; `contract` in full only in files that Jalon wrote itself."""

    line: int
    text: str
    year: int | None
    name: str  # as `spelling_key` reads it
    years: tuple[int, int] | None
    contract: ContractDoc | None = None


def read_banner(line: int, cells: list[str], findings: Findings) -> Banner | None:
    """The page title in these filled cells, or None when it is something else. Raises nothing."""
    if not (title := _TITLE.fullmatch(spelling_key(cells[0][:_LONGEST]))):
        return None
    years = _YEARS.search(title["contract"])
    span = (int(years["first"]), int(years["last"])) if years else None
    name = _YEARS.sub("", title["contract"]).strip()
    year = int(title["year"]) if title["year"] else None
    contract = _contract(line, cells, findings) if len(cells) > 1 else None
    return Banner(line, cells[0], year, name, span, contract)


def banner_cells(contract: ContractDoc, year: int | None) -> list[str]:
    """The title line that `read_banner` reads back. Raises nothing."""
    title = f"APPEL A PROJETS {year}" if year else "APPEL A PROJETS"
    span = f"{contract.starts_on.year}-{contract.ends_on.year}"
    return [
        f"{title} - {contract.name} {span}",
        contract.code,
        contract.organisation,
        contract.starts_on.isoformat(),
        contract.ends_on.isoformat(),
    ]


def usual_banner(banners: list[Banner]) -> Banner:
    """The spelling of the title that most pages share. Raises IndexError when there is no page."""
    most, _count = Counter(banner.name for banner in banners).most_common(1)[0]
    return next(banner for banner in banners if banner.name == most)


def _contract(line: int, cells: list[str], findings: Findings) -> ContractDoc | None:
    name = cells[0].split(" - ", 1)[-1]
    try:
        code, organisation, starts_on, ends_on = cells[1:]
        return ContractDoc.model_validate(
            {
                "code": code,
                "name": _YEARS.sub("", name).strip(),
                "organisation": organisation,
                "starts_on": starts_on,
                "ends_on": ends_on,
            }
        )
    except (ValueError, ValidationError):
        findings.problem(
            _(
                "le titre du document est suivi de cellules illisibles ; attendu : code du contrat, "
                "organisation qui le porte, date de début et date de fin (AAAA-MM-JJ), ou rien."
            ),
            line,
        )
        return None
