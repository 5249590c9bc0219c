"""Lines of values written to CSV or XLSX so that a spreadsheet takes none for a formula."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from config.i18n import gettext as _
from workflows.cells import safe_cell


def write_csv(path: Path, titles: Sequence[str], lines: Iterator[list[Any]]) -> int:
    """Write it as a French spreadsheet opens it: semicolons, decimal commas, a byte order mark.

    Returns how many lines; raises `OSError`.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(titles)
        for count, values in enumerate(lines, start=1):  # noqa: B007 # how many is the answer
            writer.writerow([safe_cell(_as_text(value)) for value in values])
    return count


def _as_text(value: Any) -> Any:
    return str(value).replace(".", ",") if isinstance(value, Decimal) else value


def write_xlsx(path: Path, titles: Sequence[str], lines: Iterator[list[Any]]) -> int:
    """Write a workbook in constant memory, every text as text. Returns how many lines; raises `OSError`."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with path.open("wb") as stream, Workbook(stream, options) as book:
        sheet = book.add_worksheet(_("Dossiers"))
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, titles, book.add_format({"bold": True}))
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
        }
        for count, values in enumerate(lines, start=1):
            for place, value in enumerate(values):
                _write_cell(sheet, count, place, value, formats.get(type(value)))
    return count


def _write_cell(sheet: Any, row: int, place: int, value: Any, shape: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, shape)
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, place, value, shape)
    elif value:
        sheet.write_string(row, place, value)


Writer = Callable[[Path, Sequence[str], Iterator[list[Any]]], int]
WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx}
