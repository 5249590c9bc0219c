"""Rows of cells, whatever file they come from, sorted into page titles, headers, enjeux and fiches."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from config.i18n import gettext as _
from config.organisations import spelling_key
from models.schemas.catalogue import EnjeuDoc
from workflows.catalogue.banner import read_banner
from workflows.catalogue.draft import Draft, EnjeuLine, FicheDraft
from workflows.catalogue.findings import Findings
from workflows.catalogue.numbers import is_number
from workflows.catalogue.pilots import shorten
from workflows.workbook import Cell

HEADERS = {  # each column's title as the call of 2021 writes it
    "title": "intitulé des fiches",
    "number": "N° Fiche",
    "objectives": "Objectifs",
    "call": "Appel à projet",
    "pilots": "Pilote",
}
_ALSO = {  # other spellings, as `spelling_key` reads them
    "intitule": "title",
    "intitule de la fiche": "title",
    "no fiche": "number",
    "n° de fiche": "number",
    "numero": "number",
    "objectif": "objectives",
    "appel a projets": "call",
    "pilotes": "pilots",
}
_FIELDS = {spelling_key(header): field for field, header in HEADERS.items()} | _ALSO
_ENOUGH_FOR_A_HEADER = 3
_LONGEST = {"title": 400, "number": 400, "objectives": 100_000, "call": 400, "pilots": 4_000}
_ENJEU = re.compile(r"enjeu\s*(?:n°)?\s*([1-9][0-9]{0,2})\s*[:.–—-]\s*(\S.*)", re.I | re.S)
_USUAL_ENJEU = re.compile(r"ENJEU [0-9]+ : ")


class Row(NamedTuple):
    """A line of the file: its number for a person, and its cells."""

    line: int
    cells: list[Cell]


def read_rows(rows: Iterable[Row], findings: Findings) -> Draft:
    """The draft that rows make. What cannot be understood is noted as a problem.

    Raises BadInput when no line of column titles is found: this is not a catalogue.
    """
    reader = _RowReader(findings)
    for row in rows:
        reader.take(row)
    if not reader.layout:
        findings.problem(
            _(
                "ce n’est pas un catalogue de fiches : aucune ligne ne porte les titres de colonnes "
                "attendus ({names})."
            ).format(names=", ".join(f"« {name} »" for name in HEADERS.values()))
        )
        findings.stop_if_bad()
    return reader.draft


class _RowReader:
    """Takes the rows one by one and remembers which column holds what."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.draft = Draft(columns={})
        self.layout: dict[str, int] = {}
        self.width = 0

    def take(self, row: Row) -> None:
        texts = [_text(cell) for cell in row.cells]
        filled = [text.strip() for text in texts if text.strip()]
        if not filled:
            return
        if layout := column_layout(texts):
            self._take_header(row.line, texts, layout)
        elif self.layout and len(filled) > 1 and is_number(self._cell(texts, "number").strip()):
            self._take_fiche(row, texts)
        elif banner := read_banner(row.line, filled, self.findings):
            self.draft.banners.append(banner)
        elif not self.layout:
            text = _("texte avant le tableau, non repris : « {text} ».")
            self.findings.oddity("before_table", row.line, text.format(text=shorten(filled[0])))
        elif len(filled) == 1 and filled[0].casefold().startswith("enjeu"):
            self._take_enjeu(row.line, filled[0])
        else:
            self._take_fiche(row, texts)

    def _take_header(self, line: int, texts: list[str], layout: dict[str, int]) -> None:
        if missing := [name for field, name in HEADERS.items() if field not in layout]:
            text = _("il manque des colonnes : {names}.")
            self.findings.problem(
                text.format(names=", ".join(f"« {name} »" for name in missing)), line
            )
            self.findings.stop_if_bad()
        unknown = [t.strip() for i, t in enumerate(texts) if i not in layout.values() and t.strip()]
        if unknown:
            text = _("colonnes inconnues, non reprises : {names}.")
            self.findings.oddity("ignored_column", line, text.format(names=", ".join(unknown)))
        self.layout = layout
        self.width = max(i for i, text in enumerate(texts) if text.strip()) + 1
        self.draft.columns = {field: texts[i].strip() for field, i in layout.items()}
        self.draft.header_lines.append(line)

    def _take_enjeu(self, line: int, text: str) -> None:
        match = _ENJEU.fullmatch(text)
        if not match or len(match[2]) > _LONGEST["title"]:
            self.findings.problem(
                _("enjeu illisible : « {text} » ; attendu : « ENJEU 3 : son titre ».").format(
                    text=shorten(text)
                ),
                line,
                self.draft.columns["title"],
            )
            return
        self.draft.enjeux.append(EnjeuLine(line, EnjeuDoc(number=int(match[1]), title=match[2])))
        if not _USUAL_ENJEU.match(text):
            odd = _("enjeu {number} annoncé d’une façon inhabituelle : « {text} ».")
            self.findings.oddity(
                "enjeu_spelling", line, odd.format(number=match[1], text=shorten(text, 40))
            )

    def _take_fiche(self, row: Row, texts: list[str]) -> None:
        if not (self._count_is_right(row.line, texts) and self._cells_are_texts(row, texts)):
            return
        enjeu = self.draft.enjeux[-1].enjeu.number if self.draft.enjeux else None
        self.draft.fiches.append(
            FicheDraft(
                line=row.line,
                title=self._cell(texts, "title").strip(),
                number=self._cell(texts, "number").strip(),
                objectives_source=self._cell(texts, "objectives"),
                call=self._cell(texts, "call").strip(),
                pilots_source=self._cell(texts, "pilots"),
                enjeu=enjeu,
            )
        )

    def _count_is_right(self, line: int, texts: list[str]) -> bool:
        beyond = any(text.strip() for text in texts[self.width :])
        if len(texts) >= self.width and not beyond:
            return True
        text = _("{found} cellules au lieu de {expected} : « {text} ».")
        self.findings.problem(
            text.format(
                found=len(texts),
                expected=self.width,
                text=shorten(next(t for t in texts if t.strip())),
            ),
            line,
        )
        return False

    def _cells_are_texts(self, row: Row, texts: list[str]) -> bool:
        before = self.findings.count
        number = row.cells[self.layout["number"]]
        if not isinstance(number, str):
            text = _(
                "le numéro de fiche est un nombre ou une date pour le tableur ({value}) : "
                "« 1.10 » y devient 1.1. Mettez la colonne au format Texte et ressaisissez-le."
            )
            self._problem(row.line, "number", text.format(value=texts[self.layout["number"]]))
        for field, most in _LONGEST.items():
            if len(self._cell(texts, field).strip()) > most:
                text = _("cellule de plus de {most} caractères : « {text} ».")
                shown = shorten(self._cell(texts, field))
                self._problem(row.line, field, text.format(most=most, text=shown))
        return self.findings.count == before

    def _problem(self, line: int, field: str, text: str) -> None:
        self.findings.problem(text, line, self.draft.columns[field])

    def _cell(self, texts: list[str], field: str) -> str:
        index = self.layout[field]
        return texts[index] if index < len(texts) else ""


def column_layout(texts: list[str]) -> dict[str, int]:
    """Which column holds which field when these are column titles, else empty. Raises nothing."""
    if len(texts) < _ENOUGH_FOR_A_HEADER or any(len(text) > 60 for text in texts):
        return {}
    found = {_FIELDS.get(spelling_key(text)): index for index, text in enumerate(texts)}
    layout = {field: index for field, index in found.items() if field}
    return layout if len(layout) >= _ENOUGH_FOR_A_HEADER else {}


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)
