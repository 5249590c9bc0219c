"""A file that cannot be taken: every problem at once, each with its line and its column."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from models.errors import BadInput
from tests.workflows.catalogue.sources import (
    BANNER,
    ENJEU,
    FICHE,
    HEADER,
    OWN,
    write_one_fiche,
    write_text,
)
from workflows.catalogue.export import as_data
from workflows.catalogue.read import read_catalogue

Where = tuple[int | None, str]


def refused(path: Path) -> list[tuple[int | None, str, str]]:
    with pytest.raises(BadInput) as error:
        read_catalogue(path)
    assert {problem.file for problem in error.value.problems} <= {path.name, str(path)}
    return [(p.line, p.column, p.text) for p in error.value.problems]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"number": "1,1"}, "N° Fiche", "numéro de fiche « 1,1 »"),
        ({"number": "1.01"}, "N° Fiche", "numéro de fiche « 1.01 »"),
        ({"number": "1"}, "N° Fiche", "numéro de fiche « 1 »"),
        ({"number": ""}, "N° Fiche", "numéro de fiche « »"),
        ({"number": "2.1"}, "N° Fiche", "la fiche 2.1 est rangée sous l’enjeu 1"),
        ({"title": " "}, "intitulé des fiches", "fiche sans intitulé"),
        ({"title": "t" * 401}, "intitulé des fiches", "cellule de plus de 400 caractères"),
        ({"objectives": "o" * 100_001}, "Objectifs", "cellule de plus de 100000 caractères"),
        ({"call": "oui"}, "Appel à projet", "« oui » ; attendu : « x »"),
        ({"pilots": "Vile de Montpelier, Zorglub"}, "Pilote", "pilote inconnu « Zorglub »"),
        ({"pilots": ""}, "Pilote", "aucun pilote"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(
    tmp_path: Path, cells: dict[str, str], column: str, said: str
) -> None:
    problems = refused(write_one_fiche(tmp_path, **cells))

    assert any(text.replace("«  »", "« »").startswith(said) for _line, _column, text in problems)
    assert {(line, where) for line, where, _text in problems} == {(4, column)}


def test_all_problems_come_at_once_in_order(tmp_path: Path) -> None:
    rows = [
        ENJEU,
        FICHE,
        ("Tailler", "1.1", "Tailler", "", "Ville"),
        ("Pailler", "1.10", "Pailler", "y", "Zorglub"),
        ("Pailler", "1.10", "Pailler", "", "Ville"),
        ("ENJEU : sans numéro", "", "", "", ""),
        ("Un texte perdu",),
        ("Trop", "1.4", "Trop", "", "Ville", "Ville"),
    ]

    problems = refused(write_text(tmp_path, *rows))

    assert [(line, column, text[:34]) for line, column, text in problems] == [
        (5, "N° Fiche", "la fiche 1.1 existe déjà (ligne 4)"),
        (6, "Appel à projet", "« y » ; attendu : « x » si la fich"),
        (6, "Pilote", "pilote inconnu « Zorglub » : corri"),
        (7, "N° Fiche", "la fiche 1.10 existe déjà (ligne 6"),
        (8, "intitulé des fiches", "enjeu illisible : « ENJEU : sans n"),
        (9, "", "1 cellules au lieu de 5 : « Un tex"),
        (10, "", "6 cellules au lieu de 5 : « Trop »"),
    ]
    assert "a perdu le zéro" in problems[0][2]
    assert "zéro" not in problems[3][2]


def test_a_file_wrong_everywhere_is_not_told_forever(tmp_path: Path) -> None:
    rows = [("Semer", "un", "Semer", "?", f"Zorglub {line}") for line in range(50_000)]

    problems = refused(write_text(tmp_path, ENJEU, *rows))

    assert len(problems) == 201
    assert problems[-1][2] == "et 149800 autres problèmes."


def test_two_titles_for_an_enjeu_and_a_fiche_before_any(tmp_path: Path) -> None:
    other = ("ENJEU 1 : Vergers", "", "", "", "")

    problems = refused(write_text(tmp_path, FICHE, ENJEU, other))

    assert [line for line, _column, _text in problems] == [3, 5]
    assert "avant tout enjeu" in problems[0][2]
    assert "deux titres" in problems[1][2]


def test_two_calls_or_an_unknown_contract_are_refused(tmp_path: Path) -> None:
    other_year = BANNER.replace("2021", "2022")
    both = write_text(tmp_path, ENJEU, FICHE, (other_year,))
    assert [line for line, _column, _text in refused(both)] == [5]

    text = both.read_text(encoding="utf-8")
    both.write_text(text.replace("MONTPELLIER MEDITERRANEE METROPOLE", "TARASCON"), "utf-8")
    assert "contrat inconnu" in refused(both)[0][2]

    both.write_text(text.replace("2015-2022", "2024-2030"), "utf-8")
    assert "contrat inconnu" in refused(both)[0][2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b" \n\t\n", "vide"),
        (b"Bonjour\nceci est une lettre", "pas un catalogue"),
        (b"a\tb\tc\n1\t2\t3", "pas un catalogue"),
        ("\t".join(HEADER).encode(), "aucune fiche"),
        (b"abc\0def", "binaire"),
        (bytes(range(256)), "binaire"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binaire"),
        ("intitulé\tN°".encode("utf-16"), "UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien format Excel"),
        (b"PK\x03\x04 pas une archive", "classeur XLSX"),
        (b"x" * 10_000_000, "pas un catalogue"),
        (b"x\t" * 5_000_000, "pas un catalogue"),
        (b"\x1b[31m\t" + "\t".join(HEADER).encode(), "U+001B"),
    ],
)
def test_what_is_no_catalogue_is_said_plainly(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "appel.txt"
    path.write_bytes(content)

    assert any(said in text for _line, _column, text in refused(path))


def test_latin_1_is_refused_with_the_line_and_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "appel.csv"
    path.write_bytes("\n\nintitulé;été".encode("cp1252"))

    ((line, _column, text),) = refused(path)

    assert line == 3
    assert "0xE9" in text
    assert "Enregistrez-le en UTF-8" in text


def test_a_folder_a_missing_file_and_a_device_are_refused(tmp_path: Path) -> None:
    assert "pas un fichier" in refused(tmp_path)[0][2]
    assert "n’existe pas" in refused(tmp_path / "absent.txt")[0][2]
    assert "pas un fichier" in refused(Path("/dev/zero"))[0][2]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "appel.csv"
    path.write_text("N° Fiche;Objectifs;Pilote\n1.1;Semer;Ville", encoding="utf-8")

    ((line, _column, text),) = refused(path)

    assert line == 1
    assert "« intitulé des fiches », « Appel à projet »" in text


def test_a_quote_left_open_in_csv_is_placed(tmp_path: Path) -> None:
    path = tmp_path / "appel.csv"
    path.write_text(",".join(HEADER) + '\n"ENJEU 1 : Jardins",,,,\n"Semer,1.1,a,x,Ville', "utf-8")

    assert (3, "") in [(line, column) for line, column, _text in refused(path)]


def test_a_spreadsheet_that_took_numbers_for_figures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "appel.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, HEADER)  # the table does not start in A1
        sheet.write_row(3, 1, ENJEU)
        sheet.write_row(4, 1, ("Semer", 1.1, "Semer", "x", "Ville"))
        sheet.write_row(5, 1, ("Pailler", 1.10, "Pailler", "x", "Ville"))
        sheet.write_datetime(6, 2, date(2021, 1, 10), book.add_format({"num_format": "d.m"}))
        sheet.write_string(6, 1, "Tondre")

    problems = refused(path)

    assert [(line, column) for line, column, _text in problems[:3]] == [
        (5, "N° Fiche"),
        (6, "N° Fiche"),
        (7, "N° Fiche"),
    ]
    assert "(1.1) : « 1.10 » y devient 1.1. Mettez la colonne au format Texte" in problems[0][2]


def tree(**changes: object) -> dict[str, object]:
    data = as_data(read_catalogue(OWN).document)
    fiche = {**data["fiches"][0], **changes}
    return {**data, "fiches": [fiche, *data["fiches"][1:]]}


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"number": 1.1}, "fiches[1].number", "entre guillemets"),
        ({"call": "peut-être"}, "fiches[1].call", "true ou false"),
        ({"color": "red"}, "fiches[1].color", "champ inconnu"),
        ({"pilots": ["Ville"]}, "pilots", "se contredisent"),
        ({"pilots_source": "Zorglub"}, "pilots", "pilote inconnu « Zorglub »"),
        ({"enjeu": 7}, "number", "sous l’enjeu 7"),
        ({"enjeu_title": None, "enjeu": 9, "number": "9.1"}, "enjeu", "enjeu 9 sans titre"),
        ({"title": "a\0b"}, "", "U+0000"),
        ({"objectives_source": "a\x1b[31m"}, "", "U+001B"),
    ],
)
@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_a_bad_field_of_a_tree_is_placed(
    tmp_path: Path, changes: dict[str, object], column: str, said: str, suffix: str
) -> None:
    path = tmp_path / f"appel{suffix}"
    dump = (
        json.dumps(tree(**changes), indent=1)
        if suffix == ".json"
        else yaml.safe_dump(tree(**changes))
    )
    path.write_text(dump, encoding="utf-8")

    problems = refused(path)

    assert any(where == column and said in text for _line, where, text in problems)
    assert all(line is not None for line, _column, _text in problems)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "{", "JSON mal formé"),
        ("a.json", '{"fiches": [], "fiches": []}', "deux fois"),
        ("a.json", "[" * 100_000, "trop de niveaux"),
        ("a.json", "[]", "un groupe de champs"),
        ("a.json", '{"x": "' + "y" * 3_000_000 + '"}', "plus de 2 Mo"),
        ("a.yaml", "- a", "un groupe de champs"),
        ("a.yaml", "contract: &a {}\nfiches: *a", "alias"),
        ("a.yaml", "contract: [", "YAML mal formé"),
        ("a.yaml", "[" * 5_000, "trop de niveaux"),
        ("a.yaml", "!!python/object/apply:os.system [ls]", "étiquette"),
    ],
)
def test_a_malformed_tree_is_refused(tmp_path: Path, name: str, content: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    assert any(said in text for _line, _column, text in refused(path))


def test_the_same_csv_field_limit_holds_for_huge_cells(tmp_path: Path) -> None:
    path = tmp_path / "appel.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([HEADER, ENJEU, ("Semer", "1.1", "o" * 150_000, "x", "Ville")])

    assert "démesurée" in refused(path)[0][2]
