"""Lines out of files: separators, encodings, marks, quotes, and workbooks that are no workbooks."""

import zipfile
from pathlib import Path

import pytest

from models.errors import BadInput
from tests.workflows.applications.files import line, write_csv, write_xlsx
from workflows.applications.columns import OWN, Profile, Use
from workflows.applications.faults import Faults
from workflows.applications.layout import read_titles
from workflows.applications.reading import read_lines
from workflows.applications.titles import take_titles


def lines_of(path: Path) -> tuple[list[list[object]], Faults]:
    faults = Faults(path.name)
    return [list(row.cells) for row in read_lines(path, faults)], faults


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_byte_order_marks(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = write_csv(
        tmp_path / "a.csv", [line(title="Élan ; ou, pas")], delimiter=delimiter, encoding=encoding
    )
    rows, faults = lines_of(path)
    assert rows[0][0] == "référence"
    assert rows[1][rows[0].index("title")] == "Élan ; ou, pas"
    assert faults.warnings == []


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(), line(2, porteur="L’Été")], encoding="cp1252")
    rows, faults = lines_of(path)
    assert rows[2][rows[0].index("porteur")] == "L’Été"
    (warning,) = faults.warnings
    assert "Windows-1252" in warning.text
    assert warning.line == 1


def test_a_text_in_neither_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("référence;fiche;intitulé\nA;1.3;".encode() + b"\x81\xff\n")
    with pytest.raises(BadInput) as refused:
        lines_of(path)
    assert refused.value.problems[0].line == 2
    assert "0x81" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "a;b".encode("utf-16"), "UTF-16"),
        ("a.csv", b"a;b\n1;\x00", "binaire"),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "ancien format Excel"),
        ("a.xlsx", b"PK\x03\x04 and nothing else", "classeur XLSX lisible"),
        ("a.csv", "référence;fiche;intitulé\nA;\"1.3;x\n".encode(), "guillemets"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        lines_of(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="n’existe pas"):
        lines_of(tmp_path / "none.csv")


def test_a_workbook_that_inflates_too_much_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 50_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(BadInput, match=r"gonfle|dépasse"):
        lines_of(path)


def test_blank_lines_are_passed_over_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('référence;fiche\n\n;;\nA;"two\nlines"\nB;1.3\n', encoding="utf-8")
    faults = Faults("a.csv")
    assert [(row.line, row.cells[0]) for row in read_lines(path, faults)] == [
        (1, "référence"),
        (4, "A"),
        (6, "B"),
    ]


def test_a_cell_that_was_guarded_against_formulas_is_itself_again(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(intitulé="'=1+1", commentaire="'tis")])
    rows, _faults = lines_of(path)
    assert rows[1][rows[0].index("intitulé")] == "=1+1"
    assert rows[1][rows[0].index("commentaire")] == "'tis"


def test_both_formats_give_the_same_texts(tmp_path: Path) -> None:
    one, _faults = lines_of(write_csv(tmp_path / "a.csv", [line()]))
    other, _faults = lines_of(write_xlsx(tmp_path / "a.xlsx", [line()]))
    assert [[cell or "" for cell in row] for row in other] == one


def test_titles_go_by_any_of_their_spellings() -> None:
    titles = read_titles(["N° de dossier", "FICHE ACTION", " Reçu  le", "Nombre d'années", "?"])
    assert titles.layout.places == {"reference": 0, "fiche": 1, "received_at": 2, "years": 3}
    assert titles.layout.header("received_at") == "Reçu  le"
    assert titles.layout.header("asked") == "montant demandé"
    assert titles.layout.profile is Profile.OWN


def test_a_dauphin_extract_is_known_by_its_titles() -> None:
    assert read_titles(["referenceAdministrative", "fiche"]).layout.profile is Profile.DAUPHIN
    assert read_titles(["codeActionProjet", "fiche"]).layout.profile is Profile.DAUPHIN


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"remove": "financeur"}, "colonne « financeur » : colonne manquante"),
        ({"remove": "SIRET"}, "colonne « SIRET » : colonne manquante"),
        ({"add": "budjet"}, "colonne « budjet » : colonne inconnue"),
        (
            {"add": "Date de début"},
            "les colonnes « début » et « Date de début » disent la même chose",
        ),
    ],
)
def test_columns_that_do_not_do(tmp_path: Path, change: dict[str, str], said: str) -> None:
    first = line()
    first.pop(change.get("remove", ""), None)
    if "add" in change:
        first[change["add"]] = "x"
    path = write_csv(tmp_path / "a.csv", [first])
    faults = Faults("a.csv")
    with pytest.raises(BadInput) as refused:
        take_titles(read_lines(path, faults), faults)
    assert said in str(refused.value)
    assert "a.csv, ligne 1" in str(refused.value)


def test_a_file_without_titles_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("CV-1;1.3;Atelier\n", encoding="utf-8")
    faults = Faults("a.csv")
    with pytest.raises(BadInput, match="titres des colonnes"):
        take_titles(read_lines(path, faults), faults)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("", encoding="utf-8")
    faults = Faults("a.csv")
    with pytest.raises(BadInput, match="vide"):
        take_titles(read_lines(path, faults), faults)


def test_exports_write_columns_that_imports_know() -> None:
    titles = read_titles([column.header for column in OWN])
    assert (titles.missing, titles.unknown, titles.twice) == ([], [], [])
    assert titles.left_out == [column.header for column in OWN if column.use is Use.SHOWN]
