"""A workbook is opened only when what it holds is of a reasonable size."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from models.errors import BadInput
from workflows.workbook import CELL_LIMIT, open_sheet

LIMIT = 20_000_000
SHEET = "xl/worksheets/sheet1.xml"


def workbook(path: Path, fill: Callable[[Worksheet], object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        fill(book.add_worksheet())
    return path


def small(path: Path) -> Path:
    return workbook(path, lambda sheet: sheet.write_string(0, 0, "a"))


def with_sheet(path: Path, xml: bytes, name: str = SHEET) -> Path:
    """A small workbook whose sheet is replaced."""
    original = small(path.with_suffix(".small"))
    with (
        zipfile.ZipFile(original) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for part in source.infolist():
            out.writestr(part.filename, xml if part.filename == name else source.read(part))
    return path


def sheet_of(rows: bytes) -> bytes:
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return head + rows + b"</sheetData></worksheet>"


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as error:
        open_sheet(path, limit_bytes=LIMIT)
    assert error.value.problems[0].file == path.name
    return error.value.problems[0].text


def test_rows_keep_the_places_of_the_spreadsheet(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_string(2, 1, " 1.10 ")
        sheet.write_number(3, 2, 1.1)
        sheet.write_formula(4, 1, "=1+1", None, "deux")
        sheet.write_boolean(4, 2, True)

    rows = list(open_sheet(workbook(tmp_path / "a.xlsx", fill), limit_bytes=LIMIT))

    assert rows == [
        ["", "", ""],
        ["", "", ""],
        ["", " 1.10 ", ""],
        ["", "", 1.1],
        ["", "deux", True],
    ]


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", lambda _sheet: None)

    assert [row for row in open_sheet(path, limit_bytes=LIMIT) if any(row)] == []


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    bomb = with_sheet(tmp_path / "bomb.xlsx", sheet_of(b" " * (LIMIT + 1)))

    assert bomb.stat().st_size < 100_000
    assert "dépasse 20 Mo" in refusal(bomb)


def test_a_suspicious_ratio_is_not_opened(tmp_path: Path) -> None:
    assert "gonfle de" in refusal(with_sheet(tmp_path / "a.xlsx", sheet_of(b"<row/>" * 2_500_000)))


def test_a_declared_size_is_not_believed(tmp_path: Path) -> None:
    xml = sheet_of(b"<row/>" * (LIMIT // 6 + 1))
    path = with_sheet(tmp_path / "liar.xlsx", xml)
    content = path.read_bytes()
    size = struct.pack("<I", len(xml))
    assert content.count(size) == 2  # in the part's own header and in the archive's list
    path.write_bytes(content.replace(size, struct.pack("<I", 100)))

    assert "n’est pas ouvert" in refusal(path)


def test_a_tag_without_end_is_refused(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "a.xlsx", sheet_of(b"<" + b" " * 6_000_000))

    assert "ne se termine pas" in refusal(path)


def test_two_cells_far_apart_do_not_take_the_memory(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_string(0, 0, "a")
        sheet.write_string(1_048_575, 16_383, "b")

    text = refusal(workbook(tmp_path / "far.xlsx", fill))

    assert "1048576 lignes et 16384 colonnes" in text


@pytest.mark.parametrize(
    "rows",
    [
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row><c s="1" t="n" r="XFD1048576"><v>1</v></c></row>',
        b'<row><c r="A1"/></row>'
        + b" " * 1_500_000
        + b'<row><c  r = "XFD1048576"><v>1</v></c></row>',
    ],
)
def test_other_ways_to_write_an_address_are_seen_too(tmp_path: Path, rows: bytes) -> None:
    assert "1048576 lignes" in refusal(with_sheet(tmp_path / "a.xlsx", sheet_of(rows)))


def test_cells_without_an_address_are_refused(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "a.xlsx", sheet_of(b"<row><c><v>1</v></c></row>"))

    assert "pas d’adresse" in refusal(path)


def test_prefixed_names_are_read(tmp_path: Path) -> None:
    xml = sheet_of(b'<row r="1"><c r="B1"><v>7</v></c></row>')
    for name in (b"worksheet", b"sheetData", b"row", b"c", b"v"):
        xml = xml.replace(b"<" + name, b"<x:" + name, 1).replace(
            b"</" + name + b">", b"</x:" + name + b">"
        )
    path = with_sheet(tmp_path / "a.xlsx", xml.replace(b"xmlns=", b"xmlns:x="))

    assert list(open_sheet(path, limit_bytes=LIMIT)) == [["", 7.0]]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"pas un classeur", b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    assert "classeur XLSX lisible" in refusal(path)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = small(tmp_path / "a.xlsx")
    content = bytearray(path.read_bytes())
    at = content.index(SHEET.encode()) + len(SHEET)
    content[at + 10 : at + 20] = b"\xff" * 10
    path.write_bytes(content)

    assert "classeur XLSX lisible" in refusal(path)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<office/>")

    assert "classeur XLSX lisible" in refusal(path)
    assert "illisible" in refusal(tmp_path / "absent.xlsx")


def test_the_limit_of_cells_holds_a_hundred_thousand_lines() -> None:
    assert CELL_LIMIT >= 100_000 * 50
