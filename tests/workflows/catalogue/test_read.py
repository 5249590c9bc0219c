"""A whole document is read as it is; each oddity is said with its line; every format tells the same."""

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from models.schemas.catalogue import Counts
from tests.workflows.catalogue.sources import (
    BANNER,
    ENJEU,
    FICHE,
    HEADER,
    OWN,
    lines_by_code,
    write_one_fiche,
    write_text,
)
from workflows.catalogue.export import as_data
from workflows.catalogue.numbers import natural_key
from workflows.catalogue.read import read_catalogue


def own_rows() -> list[list[str]]:
    return [line.split("\t") for line in OWN.read_text(encoding="utf-8").split("\n")]


def test_our_own_document_is_read_whole() -> None:
    document = read_catalogue(OWN).document

    assert document.counts == Counts(fiches=14, enjeux=2, open=8, pilots=14, mentions=31)
    assert [fiche.number for fiche in document.fiches[8:11]] == ["1.9", "1.10", "3.1"]
    assert document.contract.code == "CV112"
    assert document.year == 2021
    first = document.fiches[0]
    assert first.objectives == [
        "Trouver des graines,",
        "Les mettre en terre,",
        "Arroser chaque soir.",
    ]
    assert first.objectives_source.startswith('<ul style="list-style-type: none"> • ')
    assert first.objectives_source.endswith("</u> ")
    assert [(pilot.name, pilot.spelling) for pilot in first.pilots] == [
        ("Métropole", "Métropole"),
        ("État", "Etat"),
    ]
    assert first.line == 7


def test_every_oddity_is_said_with_its_line() -> None:
    assert lines_by_code(read_catalogue(OWN)) == {
        "pilot_spelling": [7, 8, 9, 11, 20, 22, 27, 28],
        "flag_spelling": [7],
        "open_tags": [7],
        "unmarked_list": [8],
        "pilot_service": [9, 10, 16],
        "loose_reference": [9, 28, 29],
        "dead_reference": [10],
        "spreadsheet_residue": [11],
        "repeated_banner": [13],
        "repeated_header": [15],
        "pilot_typing_error": [17],
        "enjeu_spelling": [21],
        "missing_enjeu": [21],
        "misspelt_banner": [24],
        "placeholder": [27, 28],
    }


def test_a_document_without_oddity_tells_none(tmp_path: Path) -> None:
    assert read_catalogue(write_one_fiche(tmp_path)).oddities == []


def test_gaps_and_disorder_are_said(tmp_path: Path) -> None:
    rows = [ENJEU, *((f"Titre {n}", n, "Semer", "", "Ville") for n in ("1.2", "1.4", "1.3"))]
    empty = ("ENJEU 2 : Vergers", "", "", "", "")

    found = lines_by_code(read_catalogue(write_text(tmp_path, *rows, empty)))

    assert found == {"missing_fiche": [4], "out_of_order": [6], "empty_enjeu": [7]}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_of_the_same_shape_says_the_same(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "appel.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle, delimiter=separator).writerows(own_rows())

    assert read_catalogue(path).document == read_catalogue(OWN).document


def test_xlsx_of_the_same_shape_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "appel.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Fiches")
        for line, row in enumerate(own_rows()):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell)
        book.add_worksheet("Notes")

    result, expected = read_catalogue(path), read_catalogue(OWN)

    assert result.document == expected.document
    assert [o for o in result.oddities if o.code != "other_sheets"] == expected.oddities
    assert "Notes" in next(o.text for o in result.oddities if o.code == "other_sheets")


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_a_tree_of_the_same_shape_says_the_same(tmp_path: Path, suffix: str) -> None:
    expected = read_catalogue(OWN).document
    data = as_data(expected)
    text = json.dumps(data) if suffix == ".json" else yaml.safe_dump(data, sort_keys=False)
    path = tmp_path / f"appel{suffix}"
    path.write_text(text, encoding="utf-8")

    document = read_catalogue(path).document

    assert document.model_dump() == expected.model_dump()
    assert document.fiches[1].line is not None


def test_windows_line_ends_and_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "appel.txt"
    path.write_bytes(b"\xef\xbb\xbf" + OWN.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")

    assert read_catalogue(path) == read_catalogue(OWN)


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "appel.csv"
    rows = [HEADER[::-1], ENJEU, FICHE[::-1]]
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")

    result = read_catalogue(path)

    assert result.document.fiches[0].title == "Semer"
    assert lines_by_code(result) == {"missing_banner": [None]}


def test_unknown_columns_and_leading_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "appel.csv"
    rows = [
        "Version de travail",
        BANNER,
        ",".join([*HEADER, "Budget"]),
        ENJEU[0],
        ",".join([*FICHE, "3"]),
    ]
    path.write_text("\n".join(rows), encoding="utf-8")

    assert lines_by_code(read_catalogue(path)) == {"before_table": [1], "ignored_column": [3]}


def test_a_lone_misspelt_title_still_names_its_contract(tmp_path: Path) -> None:
    path = write_one_fiche(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("MONTPELLIER", "MONPELLIER"), "utf-8")

    result = read_catalogue(path)

    assert result.document.contract.code == "CV112"
    assert lines_by_code(result) == {"contract_spelling": [1]}


def test_objectives_given_as_a_list_win_over_another_source(tmp_path: Path) -> None:
    data = as_data(read_catalogue(OWN).document)
    data["fiches"][0]["objectives"] = ["Semer", "Arroser"]
    path = tmp_path / "appel.json"
    path.write_text(json.dumps(data), encoding="utf-8")

    result = read_catalogue(path)

    assert result.document.fiches[0].objectives == ["Semer", "Arroser"]
    assert result.document.fiches[0].objectives_source == "• Semer • Arroser"
    assert "objectives_rewritten" in lines_by_code(result)


def test_numbers_sort_as_a_person_counts() -> None:
    assert sorted(["1.10", "10.1", "1.9", "1.1", "2.1"], key=natural_key) == [
        "1.1",
        "1.9",
        "1.10",
        "2.1",
        "10.1",
    ]
    with pytest.raises(ValueError, match="not a fiche number"):
        natural_key("1.01")
