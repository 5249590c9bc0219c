"""Lines of cells out of a CSV or XLSX file, one at a time, whatever its size."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from config.i18n import gettext as _
from models.errors import BadInput, Problem
from workflows.applications.cellwise import is_blank
from workflows.applications.faults import Faults
from workflows.applications.layout import recognised
from workflows.cells import plain_cell
from workflows.workbook import Cell, open_workbook, rows_of, visible_sheets

CSV_LIMIT_BYTES = 200_000_000
XLSX_LIMIT_BYTES = 400_000_000  # 100 000 lines of 30 columns inflate to some 250 MB
_SEPARATORS = (";", ",", "\t")
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PIECE = 1 << 20


class Row(NamedTuple):
    """A line of the file: its number for a person, and its cells."""

    line: int
    cells: list[Cell]


def read_lines(path: Path, faults: Faults) -> Iterator[Row]:
    """Every line of `path` that is not blank, the titles first; its content decides its format.

    Raises `BadInput` when the file is missing, unreadable, too big, of another format, or badly
    quoted; what a person should know of (the encoding guessed, sheets left out) is a warning.
    """
    head = _head(path)
    if head.startswith(_ZIP):
        rows = _xlsx_lines(path, faults)
    elif head.startswith(_OLD_EXCEL):
        said = _(
            "ancien format Excel ou classeur protégé : enregistrez-le en « .xlsx », sans mot de passe."
        )
        raise BadInput([Problem(said, path.name)])
    else:
        rows = _csv_lines(path, faults)
    return (row for row in rows if not all(map(is_blank, row.cells)))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except FileNotFoundError as error:
        raise BadInput([Problem(_("ce fichier n’existe pas."), str(path))]) from error
    except OSError as error:
        said = _("fichier illisible ({detail}).").format(detail=error.strerror)
        raise BadInput([Problem(said, str(path))]) from error


def _xlsx_lines(path: Path, faults: Faults) -> Iterator[Row]:
    workbook = open_workbook(path, limit_bytes=XLSX_LIMIT_BYTES)
    first, *others = visible_sheets(workbook)
    if others:
        said = _("seule la feuille « {first} » est lue ; feuilles non reprises : {others}.")
        faults.warn(said.format(first=first, others=", ".join(others)))
    for line, cells in enumerate(rows_of(path, workbook, first), start=1):
        yield Row(line, cells)


def _csv_lines(path: Path, faults: Faults) -> Iterator[Row]:
    encoding = _encoding(path, faults)
    with path.open(encoding=encoding, newline="") as stream:
        separator = _separator(stream.readline())
        stream.seek(0)
        reader = csv.reader(stream, delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadInput([Problem(_quotes(), path.name, line)]) from error
            yield Row(line, [plain_cell(cell) for cell in cells])


def _quotes() -> str:
    return _(
        'guillemets mal placés ou cellule démesurée : vérifiez que chaque " se ferme, et que ceux'
        " d’un texte sont doublés."
    )


def _separator(titles: str) -> str:
    """The separator that splits the most known titles out of the first line."""

    def score(mark: str) -> int:
        try:
            return recognised(next(csv.reader([titles], delimiter=mark), []))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=score)


def _encoding(path: Path, faults: Faults) -> str:
    """UTF-8 when the whole file is UTF-8, else Windows-1252, which a warning says; else a refusal."""
    if path.stat().st_size > CSV_LIMIT_BYTES:
        said = _("fichier de plus de {limit} Mo : découpez-le.")
        raise _bad(path, said.format(limit=CSV_LIMIT_BYTES // 1_000_000))
    utf8 = _fault_in(path, "utf-8")
    if utf8 is None:
        return "utf-8-sig"
    if _fault_in(path, "cp1252") is None:
        said = _(
            "l’octet {byte} n’est pas de l’UTF-8 : le fichier est lu comme du Windows-1252."
            " Vérifiez les accents, ou enregistrez-le en UTF-8."
        )
        faults.warn(said.format(byte=utf8.byte), utf8.line)
        return "cp1252"
    said = _("l’octet {byte} n’est ni de l’UTF-8 ni du Windows-1252 : enregistrez-le en UTF-8.")
    raise _bad(path, said.format(byte=utf8.byte), utf8.line)


class _Byte(NamedTuple):
    """A byte that an encoding does not know, and the line it stands on."""

    byte: str
    line: int


def _fault_in(path: Path, encoding: str) -> _Byte | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as stream:
        while True:
            piece = stream.read(_PIECE)
            if piece.startswith(_UTF16) or b"\0" in piece:
                raise _bad(
                    path,
                    _("fichier binaire ou en UTF-16 ; attendu : CSV en UTF-8, ou classeur XLSX."),
                )
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                wrong = f"0x{error.object[error.start]:02X}"
                return _Byte(wrong, line + error.object.count(b"\n", 0, error.start))
            if not piece:
                return None
            line += piece.count(b"\n")


def _bad(path: Path, text: str, line: int | None = None) -> BadInput:
    return BadInput([Problem(text, path.name, line)])
