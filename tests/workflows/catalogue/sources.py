"""The documents these tests read: one of our own, and the official one where it is at hand."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from workflows.catalogue.read import ReadResult

OWN = Path(__file__).parents[2] / "data" / "appel-fictif.txt"
OFFICIAL = Path(__file__).parents[3].parent / "shared" / "source" / "appel-a-projets-2021.txt"
SHIPPED = Path(__file__).parents[3] / "config" / "catalogues" / "montpellier-2021.yaml"

needs_official = pytest.mark.skipif(
    not OFFICIAL.exists(), reason="the official document of 2021 is not at hand"
)

BANNER = "APPEL A PROJETS 2021 - CONTRAT DE VILLE DE MONTPELLIER MEDITERRANEE METROPOLE 2015-2022"
HEADER = ("intitulé des fiches", "N° Fiche", "Objectifs", "Appel à projet", "Pilote")
ENJEU = ("ENJEU 1 : Jardins", "", "", "", "")
FICHE = ("Semer", "1.1", "Mettre les graines en terre", "x", "Ville")


def write_text(folder: Path, *rows: Iterable[str], name: str = "appel.txt") -> Path:
    """A tab-separated file: title, column titles, then `rows` (from line 3 on)."""
    path = folder / name
    lines = [BANNER, "\t".join(HEADER), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_one_fiche(folder: Path, **cells: str) -> Path:
    """The same with one enjeu (line 3) and one fiche (line 4), some of its cells replaced."""
    names = ("title", "number", "objectives", "call", "pilots")
    row = [cells.get(name, usual) for name, usual in zip(names, FICHE, strict=True)]
    return write_text(folder, ENJEU, row)


def lines_by_code(result: ReadResult) -> dict[str, list[int | None]]:
    """Where each kind of oddity was seen."""
    found: dict[str, list[int | None]] = {}
    for oddity in result.oddities:
        found.setdefault(oddity.code, []).append(oddity.line)
    return found
