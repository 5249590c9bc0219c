"""Writing a catalogue out: JSON and YAML by field, CSV and XLSX in the columns of the document."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models.errors import BadInput
from models.schemas.catalogue import CatalogueDoc
from workflows.catalogue.banner import banner_cells
from workflows.catalogue.rows import HEADERS
from workflows.catalogue.stored import stored_catalogue
from workflows.cells import safe_cell

_LONGEST_XLSX_CELL = 32_767
_WIDTHS = (50, 10, 90, 14, 30)


def export_catalogue(session: Session, contract_code: str) -> dict[str, Any]:
    """A contract's catalogue as plain data, fiches in document order (the shape of `--format json`).

    Raises NotFound when no contract has that code.
    """
    return as_data(stored_catalogue(session, contract_code))


def as_data(document: CatalogueDoc) -> dict[str, Any]:
    """A document as plain data that reads back to the same document. Raises nothing."""
    return {
        "contract": document.contract.model_dump(mode="json"),
        "year": document.year,
        "fiches": [
            {
                "number": fiche.number,
                "enjeu": fiche.enjeu,
                "enjeu_title": fiche.enjeu_title,
                "title": fiche.title,
                "objectives": fiche.objectives,
                "call": fiche.call,
                "pilots": [pilot.name for pilot in fiche.pilots],
                "pilots_source": fiche.pilots_source,
                "objectives_source": fiche.objectives_source,
            }
            for fiche in document.fiches
        ],
    }


def written(document: CatalogueDoc, file_format: str) -> bytes:
    """A document as a file of one of `FORMATS`.

    Raises BadInput for another format, or when a text is too long for a spreadsheet's cell.
    """
    if file_format not in FORMATS:
        text = _("format « {format} » inconnu ; attendu : {formats}.")
        raise BadInput(text.format(format=file_format, formats=", ".join(FORMATS)))
    return FORMATS[file_format](document)


def _json(document: CatalogueDoc) -> bytes:
    return (json.dumps(as_data(document), ensure_ascii=False, indent=2) + "\n").encode()


def _yaml(document: CatalogueDoc) -> bytes:
    import yaml

    text: str = yaml.safe_dump(as_data(document), allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def _csv(document: CatalogueDoc) -> bytes:
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerows([safe_cell(cell) for cell in row] for row in _rows(document))
    return text.getvalue().encode()


def _xlsx(document: CatalogueDoc) -> bytes:
    import xlsxwriter

    packed = io.BytesIO()
    as_written = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(packed, as_written) as book:
        book.set_properties({"created": datetime(2021, 1, 1)})  # noqa: DTZ001 # same file each time
        sheet = book.add_worksheet("Catalogue")
        texts = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width, texts)  # text: “1.10” stays “1.10” when edited
        sheet.ignore_errors({"number_stored_as_text": "A1:E1048576"})
        for line, row in enumerate(_rows(document)):
            for column, cell in enumerate(row):
                if len(cell) > _LONGEST_XLSX_CELL:
                    raise BadInput(_("un texte dépasse ce qu’une cellule XLSX peut contenir."))
                sheet.write_string(line, column, cell, texts)
    return packed.getvalue()


def _rows(document: CatalogueDoc) -> Iterator[list[str]]:
    """The lines of the official document: title, column titles, then each enjeu above its fiches."""
    blank = [""] * len(HEADERS)
    yield banner_cells(document.contract, document.year)
    yield list(HEADERS.values())
    enjeu = None
    for fiche in document.fiches:
        if fiche.enjeu != enjeu:
            enjeu = fiche.enjeu
            yield [f"ENJEU {enjeu} : {fiche.enjeu_title}", *blank[1:]]
        flag = "x" if fiche.call else ""
        yield [fiche.title, fiche.number, fiche.objectives_source, flag, fiche.pilots_source]


FORMATS: dict[str, Callable[[CatalogueDoc], bytes]] = {
    "json": _json,
    "yaml": _yaml,
    "csv": _csv,
    "xlsx": _xlsx,
}
