"""`jalon catalogue` as a person or a script uses it."""

import json
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli.main import main
from models import Fiche
from models.session import reading
from tests.workflows.catalogue.sources import OWN


class Jalon:
    """Runs the command on a database; gives what it wrote and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.capsys, self.patch = capsys, patch

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self.patch.setattr(sys, "argv", ["jalon", "catalogue", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        written = self.capsys.readouterr()
        return code, written.out, written.err


@pytest.fixture
def jalon(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Jalon:
    monkeypatch.setenv("JALON_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("JALON_NOW", "2020-11-20")
    monkeypatch.delenv("JALON_LOCALE", raising=False)
    return Jalon(capsys, monkeypatch)


def fiches(url: str) -> int:
    with reading(url) as session:
        return session.scalar(select(func.count()).select_from(Fiche)) or 0


def test_an_import_tells_counts_oddities_and_difference(jalon: Jalon, sqlite_url: str) -> None:
    code, out, err = jalon("import", OWN)

    assert (code, err) == (0, "")
    assert "14 fiches dont 8 ouvertes à l’appel, 2 enjeux, 14 pilotes cités 31 fois." in out
    assert "ligne 10 : fiche 1.4 : renvoi à la fiche 1.17, qui n’existe pas." in out
    assert "Fiches ajoutées (14) : 1.1, 1.2" in out
    assert out.endswith("Catalogue appliqué.\n")
    assert fiches(sqlite_url) == 14


def test_a_rehearsal_changes_nothing(jalon: Jalon, sqlite_url: str) -> None:
    code, out, _err = jalon("import", OWN, "--dry-run")

    assert code == 0
    assert out.endswith("Essai : rien n’a été modifié.\n")
    assert fiches(sqlite_url) == 0


def test_the_same_twice_says_so_and_a_change_is_shown(jalon: Jalon, tmp_path: Path) -> None:
    jalon("import", OWN)
    assert jalon("import", OWN)[1].endswith("Rien ne change : le catalogue est déjà celui-ci.\n")

    path = tmp_path / "appel.txt"
    path.write_text(
        OWN.read_text(encoding="utf-8").replace("Semer\t1.1", "Semer clair\t1.1"), "utf-8"
    )

    _code, out, _err = jalon("import", path, "--dry-run")

    assert "Fiche 1.1, intitulé : « Semer » → « Semer clair »" in out


def test_a_bad_file_exits_1_with_every_problem_and_changes_nothing(
    jalon: Jalon, sqlite_url: str, tmp_path: Path
) -> None:
    jalon("import", OWN)
    path = tmp_path / "appel.txt"
    text = (
        OWN.read_text(encoding="utf-8").replace("\tEN", "\tZorglub").replace("\t1.9\t", "\t1.8\t")
    )
    path.write_text(text, encoding="utf-8")

    code, out, err = jalon("import", path)

    assert (code, out) == (1, "")
    assert "appel.txt, ligne 11, colonne « Pilote » : pilote inconnu « Zorglub »" in err
    assert "appel.txt, ligne 19, colonne « N° Fiche » : la fiche 1.8 existe déjà (ligne 18)" in err
    assert fiches(sqlite_url) == 14


def test_json_is_for_scripts(jalon: Jalon) -> None:
    code, out, _err = jalon("import", OWN, "--json", "--dry-run")
    told = json.loads(out)

    assert code == 0
    assert told["counts"] == {"fiches": 14, "enjeux": 2, "open": 8, "pilots": 14, "mentions": 31}
    assert ("missing_enjeu", 21) in [(o["code"], o["line"]) for o in told["oddities"]]
    assert told["difference"]["new_contract"] is True
    assert told["applied"] is False


@pytest.mark.parametrize(
    "name", ["catalogue.json", "catalogue.yaml", "catalogue.csv", "catalogue.xlsx"]
)
def test_an_export_imports_back(jalon: Jalon, tmp_path: Path, name: str) -> None:
    jalon("import", OWN)

    code, out, _err = jalon("export", "-o", tmp_path / name)
    assert (code, name in out) == (0, True)
    assert "Rien ne change" in jalon("import", tmp_path / name)[1]


def test_an_export_goes_to_standard_output(jalon: Jalon) -> None:
    jalon("import", OWN)

    assert len(json.loads(jalon("export")[1])["fiches"]) == 14
    assert jalon("export", "--format", "csv")[1].startswith("APPEL A PROJETS - Contrat de ville")
    code, _out, err = jalon("export", "--format", "xlsx")
    assert (code, "ajoutez -o" in err) == (1, True)
    code, _out, err = jalon("export", "--format", "pdf")
    assert (code, "« pdf » inconnu" in err) == (1, True)
    code, _out, err = jalon("export", "-o", "/nulle/part.json")
    assert (code, "impossible d’écrire" in err) == (1, True)


def test_an_export_of_nothing_says_what_to_do(jalon: Jalon) -> None:
    code, out, err = jalon("export")

    assert (code, out) == (1, "")
    assert "jalon init" in err


def test_an_unknown_actor_is_refused(jalon: Jalon, sqlite_url: str) -> None:
    code, _out, err = jalon("import", OWN, "--actor", "personne@exemple.fr")

    assert code == 1
    assert "personne@exemple.fr" in err
    assert fiches(sqlite_url) == 0
