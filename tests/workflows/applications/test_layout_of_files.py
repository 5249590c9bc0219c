"""Files that a person opens: columns wide enough, titles that stay, amounts, days and numbers as such."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from odfdo import Document
from openpyxl import load_workbook

from workflows.applications.opendocument import write_ods
from workflows.applications.spreadsheets import write_xlsx
from workflows.applications.widths import MOST, Widths

TITLES = ["Référence", "Intitulé", "Fiche", "Jour", "Reçu le", "Demandé", "SIRET"]
LINE = [
    "CV112-2021-0001",
    "Atelier " * 20,
    "1.10",
    date(2021, 1, 4),
    datetime(2021, 1, 4, 18, 5),  # noqa: DTZ001 # as lists write it: the hour in Paris
    Decimal("1234567.50"),
    "05210055400013",
]


def lines() -> Iterator[list[Any]]:
    yield [None] * len(LINE)
    yield LINE


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    widths = Widths(TITLES)
    for line in lines():
        widths.note(line)
    assert widths.characters == [17, MOST + 2, 10, 12, 18, 14, 16]


def test_a_workbook_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write_xlsx(path, TITLES, lines(), ["Dossiers : tous."]) == 2

    sheet: Any = load_workbook(path).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:G4")
    assert [round(sheet.column_dimensions[name].width) for name in "AF"] == [18, 15]
    cells = {title: sheet.cell(4, place) for place, title in enumerate(TITLES, start=1)}
    assert (cells["Fiche"].value, cells["SIRET"].value) == ("1.10", "05210055400013")
    assert (cells["Demandé"].value, cells["Demandé"].number_format) == (1234567.5, "#,##0.00")
    assert (cells["Jour"].is_date, cells["Jour"].number_format) == (True, "dd/mm/yyyy")
    assert cells["Reçu le"].number_format == "dd/mm/yyyy hh:mm"
    assert sheet.print_title_rows == "$2:$2"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_an_opendocument_sheet_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    assert write_ods(path, TITLES, lines(), ["Dossiers : tous."]) == 2

    book: Any = Document(str(path))
    sheet = book.body.get_table(0)
    styles = [column.default_cell_style for column in sheet.columns]
    assert styles == [None, None, None, "day", "minute", "amount", None]
    widths = [
        book.get_style("table-column", column.style).get_properties()["style:column-width"]
        for column in sheet.columns
    ]
    assert (widths[0], widths[1]) == ("3.4cm", "12.4cm")
    assert [cell.style for cell in sheet.get_row(1).cells] == ["title"] * len(TITLES)
    assert [cell.type for cell in sheet.get_row(3).cells] == [
        "string", "string", "string", "date", "date", "float", "string",
    ]  # fmt: skip
    with zipfile.ZipFile(path) as archive:
        settings = archive.read("settings.xml").decode()
    assert 'VerticalSplitPosition" config:type="int">2<' in settings
    assert 'config:name="Dossiers"' in settings
