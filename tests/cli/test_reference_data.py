"""`jalon organisations` and `jalon calendar`: kept true, seen before, told after."""

import json

from tests.cli.conftest import Run


def names(run: Run) -> dict[str, str]:
    found = json.loads(run("organisations", "list", "--json")[1])
    return {one["name"]: one["parent"] for one in found}


def test_organisations_are_added_renamed_and_made_one(run: Run) -> None:
    assert run("organisations", "add", "Jeunesse", "--service-of", "Ville")[0] == 0
    assert run("organisations", "rename", "Jeunesse", "Direction de la jeunesse")[0] == 0
    assert run("organisations", "alias", "Jeunesse", "DJ")[0] == 0
    assert names(run)["Direction de la jeunesse"] == "Ville"
    assert "Direction de la jeunesse" in run("organisations", "list")[1]

    code, said, _err = run("organisations", "merge", "DJ", "CAF", "--dry-run")
    assert (code, "Rien n’est gardé" in said) == (0, True)
    assert "Direction de la jeunesse" in names(run)
    assert run("organisations", "merge", "DJ", "CAF")[0] == 0
    assert "Direction de la jeunesse" not in names(run)
    assert run("people", "add", "p@caf.example", "--role", "pilot", "--organisation", "dj")[0] == 0
    code, _out, err = run("organisations", "add", "dj")
    assert (code, "désigne déjà CAF" in err) == (1, True)


def test_a_renamed_organisation_is_not_made_anew_by_the_catalogue(run: Run) -> None:
    run("organisations", "rename", "DDCS", "DDETS")
    before = names(run)
    assert run("init")[0] == 0
    assert names(run) == before
    assert "DDCS" not in before


def test_days_are_closed_and_reopened(run: Run) -> None:
    at = ("--at", "2021-02-01")
    code, said, _err = run("calendar", "close", "2021-05-14", "--label", "Pont", "--dry-run", *at)
    assert (code, said) == (0, "Rien n’est gardé. Échéances qui bougeraient : 0.\n")
    assert json.loads(run("calendar", "list", "--json")[1]) == []
    assert run("calendar", "close", "2021-05-12", "--until", "2021-05-14", *at)[0] == 0
    kept = json.loads(run("calendar", "list", "--json")[1])
    assert [row["day"] for row in kept] == ["2021-05-12", "2021-05-14"], "the 13th is Ascension"
    code, _out, err = run("calendar", "reopen", "2021-05-13", *at)
    assert (code, "n’est pas une fermeture" in err) == (1, True)
    assert run("calendar", "reopen", "2021-05-14", *at)[0] == 0
    assert "Fermetures : 1" in run("calendar", "list")[1]
