"""`jalon applications` as a person or a script uses it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.workflows.applications.files import extract, line, write_csv, write_xlsx

SUBMIT: dict[str, Any] = {
    "--fiche": "1.10",
    "--title": "Atelier",
    "--applicant": "Les Jardins",
    "--siret": "732 829 320 00074",
    "--starts": "01/02/2021",
    "--ends": "2021-11-30",
    "--charges": "10 000,00",
    "--resources": "10000",
    "--ask": "Ville=3000",
}


def typed(**changes: Any) -> list[str]:
    options = SUBMIT | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return [part for name, value in options.items() if value is not None for part in (name, value)]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_file_is_imported_then_known_again(run: Run, tmp_path: Path, write: Any) -> None:
    path = write(tmp_path / "a.file", [line(1), line(1, financeur="CAF"), line(2)])
    code, out, err = run("applications", "import", path)
    assert (code, err) == (0, "")
    assert out == (
        "3 lignes lues : 2 dossiers créés, 0 modifiés, 0 inchangés, 0 gardés tels quels,"
        " 0 brouillons laissés de côté.\n"
    )
    code, out, _err = run("applications", "import", path, "--json", "--call", 2021)
    told = json.loads(out)
    assert (told["created"], told["unchanged"], told["dry_run"]) == (0, 2, False)


def test_a_bad_file_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(1), line(2, montant_demandé="x")])
    code, out, err = run("applications", "import", path)
    assert (code, out) == (1, "")
    assert "a.csv, ligne 3, colonne « montant demandé » : « x » n’est pas un montant" in err
    assert "Traceback" not in err
    assert json.loads(run("applications", "list", "--json")[1]) == []


def test_a_rehearsal_of_an_import_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(1)])
    code, out, _err = run("applications", "import", path, "--dry-run")
    assert code == 0
    assert out.startswith("Essai, rien n’est enregistré. 1 lignes lues : 1 dossiers créés")
    assert json.loads(run("applications", "list", "--json")[1]) == []


def test_a_dauphin_extract_tells_what_it_left_out(run: Run, tmp_path: Path) -> None:
    lines = [extract(1), extract(2, statut="REQUESTED"), extract(3, statut="Cloturée")]
    code, out, _err = run("applications", "import", write_csv(tmp_path / "d.csv", lines))
    assert code == 0
    assert "2 dossiers créés" in out
    assert "1 brouillons laissés de côté" in out
    assert "attention : d.csv, ligne 1 : colonnes non reprises : typeFinanceur" in out
    rows = json.loads(run("applications", "list", "--json")[1])
    assert [(row["state"], row["outcome"]) for row in rows] == [
        ("submitted", None),
        ("closed", "ineligible"),
    ]


def test_an_unknown_call_is_named(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(1)])
    code, _out, err = run("applications", "import", path, "--call", 2019)
    assert code == 1
    assert "L’appel à projets 2019 n’existe pas" in err


def test_one_application_is_typed_in(run: Run) -> None:
    options = typed(email="ines@porteur.example", qpv="QP034005", reference="12345678")
    code, out, err = run("applications", "submit", *options, "--ask", "3M=2 500,50 €")
    assert (code, err) == (0, "")
    assert "Dossier CV112-2021-0001 déposé." in out
    assert "courriel à ines@porteur.example : " in out
    code, out, _err = run("applications", "show", "CV112-2021-0001", "--json")
    shown = json.loads(out)
    assert shown["requested"] == "5500.50"
    assert shown["qpvs"] == ["QP034005"]
    assert shown["received_at"].startswith("2020-12-15T11:00")
    assert [event["action"] for event in shown["journal"]] == ["submit"]
    code, _out, err = run("applications", "submit", *options)
    assert code == 1
    assert "« 12345678 » est déjà celle du dossier CV112-2021-0001" in err


def test_a_rehearsal_of_a_submission_changes_nothing(run: Run) -> None:
    code, out, _err = run("applications", "submit", *typed(), "--dry-run", "--json")
    assert code == 0
    assert json.loads(out)["reference"] == "CV112-2021-0001"
    assert json.loads(run("applications", "list", "--json")[1]) == []


def test_every_bad_option_is_named(run: Run) -> None:
    code, out, err = run(
        "applications", "submit",
        *typed(fiche="1.99", siret="73282932000079", charges="-1", ends="01/01/2021", ask="Vile=x"),
    )  # fmt: skip
    assert (code, out) == (1, "")
    for option in ("--fiche", "--siret", "--charges", "--ends", "--ask"):
        assert f"colonne « {option} »" in err
    assert "ligne" not in err.replace("en ligne", "")


def test_the_rules_answer_with_all_their_reasons(run: Run) -> None:
    code, _out, err = run(
        "applications",
        "submit",
        *typed(fiche="1.1", charges="1", ask="Ville=0"),
        "--at",
        "2021-02-01",
    )
    assert code == 1
    for said in (
        "n’était pas ouvert",
        "Cette fiche n’est pas ouverte",
        "Aucun montant",
        "équilibré",
    ):
        assert said in err


def test_an_amount_goes_with_a_funder(run: Run) -> None:
    code, _out, err = run("applications", "submit", *typed(ask="3000"))
    assert code == 1
    assert "écrivez FINANCEUR=EUR" in err


def test_a_missing_option_is_a_wrong_usage(run: Run) -> None:
    assert run("applications", "submit", "--fiche", "1.10")[0] == 2


def test_lists_exports_and_pages(run: Run, tmp_path: Path) -> None:
    run("applications", "import", write_csv(tmp_path / "a.csv", [line(1), line(2, fiche="2.1")]))
    code, out, _err = run("applications", "list")
    assert code == 0
    assert "Dossiers : 2" in out
    assert "Les Jardins partagés" in out
    path = tmp_path / "out.csv"
    code, out, _err = run("applications", "export", path, "--enjeu", 2)
    assert (code, out) == (0, f"1 lignes écrites dans {path}.\n")
    code, out, _err = run("applications", "import", path)
    assert "1 inchangés" in out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--state", "perdu"), "« perdu » n’existe pas ; attendu : submitted"),
        (("--pilot", "Vile"), "vouliez-vous dire Ville ?"),
    ],
)
def test_a_filter_that_picks_nothing_known(run: Run, option: tuple[str, str], said: str) -> None:
    code, _out, err = run("applications", "list", *option)
    assert code == 1
    assert said in err


def test_a_dossier_is_drawn_in_words(run: Run) -> None:
    run("applications", "submit", *typed(email="ines@porteur.example"))
    code, out, _err = run("applications", "show", "CV112-2021-0001")
    assert code == 0
    for words in ("Déposé", "vérifier la recevabilité", "à faire", "Déposer", "en attente", "732"):
        assert words in out
    for raw in ("eligibility_check", "pending", "submitted", "waiting"):
        assert raw not in out


def test_an_unknown_dossier_is_named(run: Run) -> None:
    code, _out, err = run("applications", "show", "CV112-2021-9999")
    assert code == 1
    assert "CV112-2021-9999" in err
