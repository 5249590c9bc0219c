"""Reading a spreadsheet sent by somebody: its size is checked before the reader opens it.

A workbook of a few kilobytes can inflate to gigabytes, or hold two cells so far
apart that the reader's table of everything between them takes the whole memory
and ends the process. So each part is inflated here in small pieces, its real size
counted and its cells' addresses looked at, and only then is the workbook opened.
"""

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from config.i18n import gettext as _
from models.errors import BadInput, Problem

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Cell = int | float | str | bool | time | date | datetime | timedelta

RATIO_LIMIT = 200  # a sheet of real data inflates 5 to 40 times
RATIO_FROM_BYTES = 10_000_000  # below, a high ratio harms nobody
CELL_LIMIT = 5_000_000  # 100 000 lines of 50 columns
_PIECE = 1 << 20
_LONGEST_TAG = 4 * _PIECE

# Cells, and the addresses they give: as nearly every program writes them, then as XML allows.
_USUAL_CELL = re.compile(rb"<c[\s/>]")
_USUAL_COLUMN = re.compile(rb'<c r="([A-Z]+)[0-9]')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ANY_COLUMN = re.compile(
    rb"""<(?:\w+:)?c\s+(?:[\w:]+\s*=\s*(?:"[^"]*"|'[^']*')\s+)*r\s*=\s*["']([A-Z]+)[0-9]"""
)
_ROW = re.compile(rb"""r\s*=\s*["'][A-Z]+([0-9]+)""")


class _TooBig(Exception):
    """Carries the sentence that says what is too big."""


class Extent(NamedTuple):
    """How far the cells of a sheet reach."""

    rows: int = 0
    columns: int = 0


def open_sheet(path: Path, *, limit_bytes: int) -> Iterator[list[Cell]]:
    """The rows of the first visible sheet, one list per line of the spreadsheet.

    Nothing is left out: lines and columns empty at the start come as empty
    cells (`""`), so that counting from 1 gives the spreadsheet's own line
    numbers. Raises BadInput, before any row, when the file is not a readable
    XLSX workbook or would inflate beyond `limit_bytes`.
    """
    opened = open_workbook(path, limit_bytes=limit_bytes)
    return rows_of(path, opened, visible_sheets(opened)[0])


def visible_sheets(workbook: "CalamineWorkbook") -> list[str]:
    """Names of the sheets a person sees; of all sheets when none is shown. Raises nothing."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    shown = [s.name for s in tables if s.visible == SheetVisibleEnum.Visible]
    return shown or workbook.sheet_names


def rows_of(path: Path, workbook: "CalamineWorkbook", sheet: str) -> Iterator[list[Cell]]:
    """The rows of one sheet, like `open_sheet`. Raises BadInput when the sheet cannot be read."""
    from python_calamine import CalamineError

    try:
        table = workbook.get_sheet_by_name(sheet)
    except (CalamineError, ValueError) as error:
        raise _bad(path, _not_a_workbook()) from error
    margin: list[Cell] = [""] * (table.start[1] if table.start else 0)
    return (margin + row for row in table.iter_rows())


def open_workbook(path: Path, *, limit_bytes: int) -> "CalamineWorkbook":
    """The workbook at `path`, checked. Raises BadInput like `open_sheet`."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, limit_bytes)
        return CalamineWorkbook.from_path(path)
    except _TooBig as error:
        raise _bad(path, str(error)) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise _bad(path, _not_a_workbook()) from error
    except (CalamineError, ValueError) as error:
        raise _bad(path, _not_a_workbook()) from error
    except OSError as error:
        raise _bad(
            path, _("fichier illisible ({detail}).").format(detail=error.strerror)
        ) from error


def _bad(path: Path, text: str) -> BadInput:
    return BadInput([Problem(text, file=path.name)])


def _not_a_workbook() -> str:
    return _(
        "ce n’est pas un classeur XLSX lisible (fichier abîmé, protégé par un mot de passe, "
        "ou d’un autre format) : enregistrez-le à nouveau au format « Classeur Excel (.xlsx) »."
    )


def _check_archive(archive: zipfile.ZipFile, limit_bytes: int) -> None:
    """Raise _TooBig when the parts of `archive` inflate beyond what was agreed."""
    parts = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise zipfile.BadZipFile("no workbook inside")
    _check_size(sum(part.file_size for part in parts), parts, limit_bytes)
    inflated = 0
    for part in parts:
        inflated = _check_part(archive, part, inflated, limit_bytes)
    _check_size(inflated, parts, limit_bytes)


def _check_size(inflated: int, parts: list[zipfile.ZipInfo], limit_bytes: int) -> None:
    if inflated > limit_bytes:
        raise _TooBig(
            _(
                "une fois décompressé, ce classeur dépasse {limit} Mo : il n’est pas ouvert. "
                "Supprimez ce qui est inutile ou découpez-le."
            ).format(limit=limit_bytes // 1_000_000)
        )
    packed = max(1, sum(part.compress_size for part in parts))
    if inflated > RATIO_FROM_BYTES and inflated > RATIO_LIMIT * packed:
        raise _TooBig(
            _(
                "ce classeur gonfle de {ratio} fois à l’ouverture, ce qu’aucun tableau réel ne fait : "
                "il n’est pas ouvert."
            ).format(ratio=inflated // packed)
        )


def _check_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, inflated: int, limit_bytes: int
) -> int:
    """The bytes inflated so far, this part included; the declared size is not believed."""
    unbounded = copy.copy(part)
    unbounded.file_size = limit_bytes + 1  # else zipfile stops at the declared size
    extent, in_sheet, rest = Extent(), False, b""
    with archive.open(unbounded) as stream:
        while piece := stream.read(_PIECE):
            inflated += len(piece)
            _check_size(inflated, archive.infolist(), limit_bytes)
            in_sheet = in_sheet or b"sheetData" in rest + piece
            if in_sheet:
                whole, end, rest = (rest + piece).rpartition(b">")
                extent = _check_extent(whole + end, extent)
                if len(rest) > _LONGEST_TAG:
                    raise _TooBig(_("une balise de ce classeur ne se termine pas : il est abîmé."))
            else:
                rest = piece[-20:]
    return inflated


def _check_extent(xml: bytes, extent: Extent) -> Extent:
    columns = _USUAL_COLUMN.findall(xml)
    if b":c" in xml or len(columns) < len(_USUAL_CELL.findall(xml)):
        columns = _ANY_COLUMN.findall(xml)
        if len(columns) < len(_ANY_CELL.findall(xml)):
            raise _TooBig(
                _(
                    "des cellules de ce classeur n’ont pas d’adresse : ouvrez-le dans un tableur "
                    "et enregistrez-le à nouveau."
                )
            )
    reached = Extent(
        max([extent.rows, *(int(row) for row in set(_ROW.findall(xml)))]),
        max([extent.columns, *(_column_rank(letters) for letters in set(columns))]),
    )
    if reached.rows * reached.columns > CELL_LIMIT:
        raise _TooBig(
            _(
                "la feuille s’étend sur {rows} lignes et {columns} colonnes : supprimez les lignes "
                "et les colonnes vides, puis enregistrez à nouveau."
            ).format(rows=reached.rows, columns=reached.columns)
        )
    return reached


def _column_rank(letters: bytes) -> int:
    rank = 0
    for letter in letters[:8]:
        rank = rank * 26 + letter - 64
    return rank
