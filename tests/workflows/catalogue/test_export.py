"""What is exported reads back as the same catalogue, and no spreadsheet runs any of it."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy.orm import Session

from models.errors import BadInput
from models.schemas.catalogue import CatalogueDoc
from tests.workflows.catalogue.sources import OFFICIAL, OWN, SHIPPED, needs_official
from workflows.actors import OPERATOR
from workflows.catalogue.apply import apply_catalogue
from workflows.catalogue.difference import difference
from workflows.catalogue.export import FORMATS, export_catalogue, written
from workflows.catalogue.read import read_catalogue
from workflows.catalogue.stored import stored_catalogue

NOW = datetime(2020, 11, 20, tzinfo=UTC)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''+1", "＝1", "'quoted", "plain"]


def tricky(document: CatalogueDoc) -> CatalogueDoc:
    """Titles and cells that a spreadsheet would run, several lines, quotes, no year."""
    fiches = list(document.fiches)
    for index, text in enumerate(FORMULAS):
        fiches[index] = fiches[index].model_copy(update={"title": text})
    source = '=HYPERLINK("x") ; "deux"\nlignes, _x0041_ '
    fiches[0] = fiches[0].model_copy(
        update={
            "objectives": ['=HYPERLINK("x") ; "deux" lignes, _x0041_'],
            "objectives_source": source,
        }
    )
    return document.model_copy(update={"fiches": fiches, "year": None})


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize(
    "source",
    [OWN, SHIPPED, pytest.param(OFFICIAL, marks=needs_official)],
    ids=lambda path: path.stem,
)
def test_an_export_reads_back_the_same(tmp_path: Path, source: Path, file_format: str) -> None:
    document = read_catalogue(source).document.model_copy(update={"objectives_are": "official"})
    path = tmp_path / f"catalogue.{file_format}"
    path.write_bytes(written(document, file_format))

    assert read_catalogue(path).document.model_dump() == document.model_dump()


@pytest.mark.parametrize("file_format", FORMATS)
def test_tricky_texts_and_a_contract_of_elsewhere_read_back(
    tmp_path: Path, file_format: str
) -> None:
    document = tricky(read_catalogue(OWN).document)
    contract = document.contract.model_copy(
        update={"code": "=CV9", "name": "Contrat de ville d’Ailleurs - Nord", "organisation": "CAF"}
    )
    document = document.model_copy(update={"contract": contract})
    path = tmp_path / f"catalogue.{file_format}"
    path.write_bytes(written(document, file_format))

    assert read_catalogue(path).document.model_dump() == document.model_dump()


def test_no_cell_of_the_csv_starts_a_formula() -> None:
    text = written(tricky(read_catalogue(OWN).document), "csv").decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]

    assert "'=1+1" in cells
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r＝")] == []


def test_the_workbook_holds_texts_only(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xlsx"
    path.write_bytes(written(tricky(read_catalogue(OWN).document), "xlsx"))

    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    # openpyxl takes any leading “=” for a formula: look at the kind stored in the file instead
    assert {cell.data_type for cell in cells} <= {"s", "f"}
    assert b"<f>" not in path.read_bytes()
    assert next(cell for cell in cells if cell.value == "1.10").number_format == "@"


def test_the_same_catalogue_gives_the_same_bytes() -> None:
    document = read_catalogue(OWN).document

    for file_format in FORMATS:
        assert written(document, file_format) == written(document, file_format)


def test_json_has_the_shape_scripts_rely_on(session: Session) -> None:
    document = read_catalogue(OWN).document
    apply_catalogue(session, document, now=NOW, actor=OPERATOR)

    data = export_catalogue(session, "CV112")
    json.dumps(data)

    assert data["contract"] == {
        "code": "CV112",
        "name": "Contrat de ville de Montpellier Méditerranée Métropole",
        "organisation": "Métropole",
        "starts_on": "2015-01-01",
        "ends_on": "2022-12-31",
    }
    fiche = next(fiche for fiche in data["fiches"] if fiche["number"] == "1.10")
    assert list(fiche)[:8] == [
        "number",
        "enjeu",
        "enjeu_title",
        "title",
        "objectives",
        "call",
        "pilots",
        "pilots_source",
    ]
    assert (fiche["enjeu"], fiche["call"], fiche["pilots"]) == (1, True, ["Métropole"])
    assert [f["number"] for f in data["fiches"]] == [f.number for f in document.fiches]


@pytest.mark.parametrize("file_format", FORMATS)
def test_importing_an_export_changes_nothing(
    session: Session, tmp_path: Path, file_format: str
) -> None:
    apply_catalogue(session, read_catalogue(OWN).document, now=NOW, actor=OPERATOR)
    path = tmp_path / f"catalogue.{file_format}"
    path.write_bytes(written(stored_catalogue(session, "CV112"), file_format))

    assert difference(session, read_catalogue(path).document).is_empty


def test_what_cannot_be_written_is_refused() -> None:
    document = read_catalogue(OWN).document
    with pytest.raises(BadInput, match="format « pdf » inconnu ; attendu : json, yaml, csv, xlsx"):
        written(document, "pdf")
    long = document.fiches[0].model_copy(update={"objectives_source": "o" * 40_000})
    with pytest.raises(BadInput, match="cellule XLSX"):
        written(document.model_copy(update={"fiches": [long]}), "xlsx")
