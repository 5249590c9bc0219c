"""The same columns from a spreadsheet: CSV with any usual separator, and XLSX."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from config.i18n import gettext as _
from workflows.catalogue.findings import Findings
from workflows.catalogue.rows import Row, column_layout
from workflows.catalogue.source_text import check_characters
from workflows.cells import plain_cell
from workflows.workbook import open_workbook, rows_of, visible_sheets

XLSX_LIMIT_BYTES = 50_000_000
_SEPARATORS = (",", ";", "\t")
_LINES_BEFORE_HEADER = 40


def csv_rows(text: str, findings: Findings) -> Iterator[Row]:
    """Each record of a CSV text, under the line it starts on. Bad quoting is noted; raises nothing."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [plain_cell(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            findings.problem(
                _(
                    'guillemets mal placés ou cellule démesurée : vérifiez que chaque « " » se ferme.'
                ),
                line,
            )
            return
        for cell in cells:
            check_characters(cell, line, findings)
        yield Row(line, list(cells))


def xlsx_rows(path: Path, findings: Findings) -> Iterator[Row]:
    """Each line of the first visible sheet; other sheets are noted as an oddity.

    Raises BadInput when the file is not a readable workbook, or would inflate too much.
    """
    workbook = open_workbook(path, limit_bytes=XLSX_LIMIT_BYTES)
    first, *others = visible_sheets(workbook)
    if others:
        text = _("seule la feuille « {first} » est lue ; feuilles non reprises : {others}.")
        findings.oddity("other_sheets", None, text.format(first=first, others=", ".join(others)))
    for line, cells in enumerate(rows_of(path, workbook, first), start=1):
        plain = [c.replace("\r\n", "\n") if isinstance(c, str) else c for c in cells]
        for cell in plain:
            if isinstance(cell, str):
                check_characters(cell, line, findings)
        yield Row(line, plain)


def _separator(text: str) -> str:
    """The separator with which some line of the first ones holds the titles of columns."""
    lines = text.split("\n", _LINES_BEFORE_HEADER)[:_LINES_BEFORE_HEADER]
    for mark in _SEPARATORS:
        rows = csv.reader(lines, delimiter=mark)
        try:
            if any(column_layout(row) for row in islice(rows, _LINES_BEFORE_HEADER)):
                return mark
        except csv.Error:
            continue
    return _SEPARATORS[0]
