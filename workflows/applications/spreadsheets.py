"""Lines of values written to CSV, XLSX or ODS so that a spreadsheet takes none for a formula."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from xlsxwriter import Workbook

from config.i18n import gettext as _
from workflows.cells import safe_cell


def write_csv(
    path: Path, titles: Sequence[str], lines: Iterator[list[Any]], above: Sequence[str] = ()
) -> int:
    """Write it as a French spreadsheet opens it: semicolons, decimal commas, a byte order mark.

    `above` stands over the titles, a line each. Returns how many lines; raises `OSError`.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerows([[safe_cell(text)] for text in above])
        writer.writerow(titles)
        for count, values in enumerate(lines, start=1):  # noqa: B007 # how many is the answer
            writer.writerow([safe_cell(_as_text(value)) for value in values])
    return count


def _as_text(value: Any) -> Any:
    return str(value).replace(".", ",") if isinstance(value, Decimal) else value


def write_xlsx(
    path: Path, titles: Sequence[str], lines: Iterator[list[Any]], above: Sequence[str] = ()
) -> int:
    """Write a workbook in constant memory, every text as text. Returns how many lines; raises `OSError`."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with path.open("wb") as stream, Workbook(stream, options) as book:
        sheet = book.add_worksheet(_("Dossiers"))
        first = len(above)
        for row, text in enumerate(above):
            sheet.write_string(row, 0, text)
        sheet.freeze_panes(first + 1, 0)
        sheet.write_row(first, 0, titles, book.add_format({"bold": True}))
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
        }
        for count, values in enumerate(lines, start=1):
            for place, value in enumerate(values):
                _write_cell(sheet, first + count, place, value, formats.get(type(value)))
    return count


def _write_cell(sheet: Any, row: int, place: int, value: Any, shape: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, shape)
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, place, value, shape)
    elif value:
        sheet.write_string(row, place, value)


def write_ods(
    path: Path, titles: Sequence[str], lines: Iterator[list[Any]], above: Sequence[str] = ()
) -> int:
    """Write an OpenDocument sheet. Returns how many lines; raises `OSError`."""
    from odfdo import Document, Row, Table

    book, sheet, count = Document("spreadsheet"), Table(_("Dossiers")), 0
    book.body.clear()
    book.body.append(sheet)
    for values in (*([text] for text in above), titles):
        sheet.append(_ods_row(Row, values))
    for count, values in enumerate(lines, start=1):  # noqa: B007 # how many is the answer
        sheet.append(_ods_row(Row, values))
    book.save(str(path))
    return count


def _ods_row(row: Any, values: Sequence[Any]) -> Any:
    made = row()
    made.set_values([safe_cell(value) if value is not None else "" for value in values])
    return made


class Writer(Protocol):
    """Writes titles and lines to a file, under what is said above; how many lines."""

    def __call__(
        self,
        path: Path,
        titles: Sequence[str],
        lines: Iterator[list[Any]],
        above: Sequence[str] = (),
    ) -> int:
        """Raises `OSError`."""
        ...


WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx}
