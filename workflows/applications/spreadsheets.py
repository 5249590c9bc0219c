"""Lines of values written to CSV or XLSX so that a spreadsheet takes none for a formula."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range

from config.i18n import gettext as _
from workflows.applications.widths import Widths
from workflows.cells import safe_cell

A4 = 9  # as Excel numbers paper


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
        sheet.write_row(first, 0, titles, book.add_format({"bold": True, "bottom": 1}))
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        widths = Widths(titles)
        for count, values in enumerate(lines, start=1):
            widths.note(values)
            for place, value in enumerate(values):
                _write_cell(sheet, first + count, place, value, formats.get(type(value)))
        _lay_out(sheet, first, first + count, widths)
    return count


def _lay_out(sheet: Any, first: int, last: int, widths: Widths) -> None:
    """Columns wide enough, titles that stay, a filter on each; printed, the width of a sheet of paper."""
    columns = len(widths.characters)
    for place, characters in enumerate(widths.characters):
        sheet.set_column(place, place, characters)
    sheet.freeze_panes(first + 1, 0)
    sheet.autofilter(first, 0, last, columns - 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(first, 0, last, columns - 1)})
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
    sheet.set_footer("&R&P / &N")


def _write_cell(sheet: Any, row: int, place: int, value: Any, shape: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, shape)
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, place, value, shape)
    elif value:
        sheet.write_string(row, place, value)


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
