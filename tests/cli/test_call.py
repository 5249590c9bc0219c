"""`jalon init` and `jalon call`: from an empty folder to an open call."""

import json
from pathlib import Path

import pytest

from models.session import engine_for
from tests.cli.conftest import Run
from tests.cli.season import counts


@pytest.fixture
def empty(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder without a database."""
    url = f"sqlite:///{tmp_path / 'neuf' / 'jalon.sqlite3'}"
    monkeypatch.setenv("JALON_DATABASE_URL", url)
    monkeypatch.setenv("JALON_NOW", "2020-11-20")
    return url


def test_init_makes_the_database_and_twice_changes_nothing(run: Run, empty: str) -> None:
    code, out, err = run("init")
    assert (code, err) == (0, "")
    assert out.startswith("Base prête (version ")
    assert out.endswith("Catalogue livré chargé : contrat CV112, 69 fiches.\n")
    before = counts(empty)

    code, out, err = run("init")

    assert (code, err) == (0, "")
    assert out.startswith("La base est à jour")
    assert out.endswith("Le catalogue est déjà là : il n’est pas touché.\n")
    assert counts(empty) == before
    engine_for(empty).dispose()


def test_a_call_is_opened_planned_and_listed(run: Run, empty: str) -> None:
    run("init")
    assert run("call", "list") == (0, "Appels à projets : 0\n", "")

    code, out, err = run(
        *("call", "open", 2021, "--opens", "2020-11-25", "--closes", "04/01/2021"),
        *("--committee", "2021-03-18", "--committee", "15/04/2021"),
    )
    assert (code, err) == (0, "")
    assert out == "Appel 2021 ouvert du 25/11/2020 au 04/01/2021 sur 39 fiches.\n"
    assert run("call", "plan", 2021, "2021-05-20", "--label", "Comité de mai")[1] == (
        "Séance ajoutée : Comité de mai.\n"
    )

    assert json.loads(run("call", "list", "--json")[1]) == [
        {
            "year": 2021,
            "title": "Appel à projets 2021",
            "opens": "2020-11-25",
            "closes": "2021-01-04",
            "open": False,
            "fiches": 39,
            "applications": 0,
            "committee": ["2021-03-18", "2021-04-15", "2021-05-20"],
        }
    ]
    for day, opened in (
        ("2020-11-24", "non"),
        ("2020-11-25", "oui"),
        ("2021-01-04T23:59", "oui"),
        ("2021-01-05", "non"),
    ):
        out = run("call", "list", "--at", day)[1]
        assert out.splitlines()[3].split()[:4] == ["2021", "25/11/2020", "04/01/2021", opened]
    engine_for(empty).dispose()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("open 2021 --opens 2020-11-25 --closes 2021-01-04", "L’appel 2021 existe déjà."),
        ("open 2022 --opens 2022-01-04 --closes 2021-11-25", "L’appel se clôt le 25/11/2021"),
        (
            "open 2030 --opens 2021-11-25 --closes 2022-01-04",
            "L’appel 2030 ne peut pas ouvrir en 2021",
        ),
        (
            "open 2022 --opens 2021-11-25 --closes 2022-01-04 --committee 2021-11-01",
            "La séance du 01/11/2021 précède l’ouverture",
        ),
        ("open 2022 --opens hier --closes 2022-01-04", "« hier » n’est pas une date"),
        (
            "open 2022 --opens 2021-11-25 --closes 2022-01-04 --actor a@b.fr",
            "Personne n’a l’adresse",
        ),
        ("plan 2021 2021-03-18", "La séance du 18/03/2021 existe déjà"),
        ("plan 2019 2021-03-18", "L’appel à projets 2019 n’existe pas"),
        ("plan 2021 18-03-2021", "« 18-03-2021 » n’est pas une date"),
    ],
)
def test_what_a_call_cannot_be_is_one_sentence(
    run: Run, world_url: str, typed: str, said: str
) -> None:
    before = counts(world_url)

    code, out, err = run("call", *typed.split())

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert counts(world_url) == before


def test_only_a_manager_opens_a_call(run: Run) -> None:
    run("people", "add", "pilote@ici.example", "--name", "Pilote")

    assert run(
        *("call", "open", 2022, "--opens", "2021-11-25", "--closes", "2022-01-04"),
        *("--actor", "pilote@ici.example"),
    ) == (1, "", "C’est réservé aux responsables du programme.\n")
