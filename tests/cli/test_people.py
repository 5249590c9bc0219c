"""`jalon people`: added, given roles, written to, deactivated."""

import io
import json
import re

import pytest

from tests.cli.conftest import Run


def people(run: Run) -> dict[str, dict[str, object]]:
    return {person["email"]: person for person in json.loads(run("people", "list", "--json")[1])}


def test_somebody_is_added_with_a_role(run: Run) -> None:
    code, out, err = run("people", "add", "Max@Ville.Example", "--name", "Max", "--role", "manager")
    assert (code, err) == (0, "")
    assert "Max <max@ville.example>" in out
    assert people(run)["max@ville.example"]["roles"] == ["responsable du programme"]


def test_a_pilot_acts_for_an_organisation(run: Run) -> None:
    run("people", "add", "p@caf.example", "--role", "pilot", "--organisation", "Etat")
    run("people", "add", "p@caf.example", "--role", "pilot", "--organisation", "3M")
    assert people(run)["p@caf.example"]["roles"] == [
        "pilote de la fiche (État)",
        "pilote de la fiche (Métropole)",
    ]


def test_contacts_and_their_head(run: Run) -> None:
    run("people", "add", "p@caf.example")
    code, out, _err = run("people", "contact", "CAF", "p@caf.example")
    assert (code, out) == (0, "p@caf.example est contact de CAF.\n")
    run("people", "contact", "CAF", "p@caf.example", "--head")
    assert people(run)["p@caf.example"]["contact_of"] == ["CAF (responsable)"]


def test_deactivated_then_back(run: Run) -> None:
    run("people", "add", "p@caf.example")
    assert run("people", "deactivate", "p@caf.example")[0] == 0
    assert people(run)["p@caf.example"]["active"] is False
    assert run("people", "deactivate", "p@caf.example")[0] == 1
    run("people", "add", "p@caf.example")
    assert people(run)["p@caf.example"]["active"] is True
    assert "Personnes : 1" in run("people", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "nobody"), "n’est pas une adresse électronique"),
        (("add", "a@b.example", "--role", "king"), "« king » n’est pas un rôle"),
        (("add", "a@b.example", "--role", "system"), "« system » n’est pas un rôle"),
        (("add", "a@b.example", "--role", "pilot"), "ajoutez --organisation"),
        (("add", "a@b.example", "--organisation", "CAF"), "ajoutez --role"),
        (
            ("add", "a@b.example", "--role", "pilot", "--organisation", "CAFF"),
            "vouliez-vous dire CAF",
        ),
        (("contact", "CAF", "x@y.example"), "jalon people add"),
        (("contact", "73282932000074", "known@x.example"), "Aucun porteur n’a le SIRET"),
        (("deactivate", "x@y.example"), "jalon people add"),
    ],
)
def test_what_is_refused(run: Run, arguments: tuple[str, ...], said: str) -> None:
    run("people", "add", "known@x.example")
    code, out, err = run("people", *arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert set(people(run)) == {"known@x.example"}


def test_a_role_is_held_once(run: Run) -> None:
    run("people", "add", "a@b.example", "--role", "manager")
    code, _out, err = run("people", "add", "a@b.example", "--role", "manager")
    assert code == 1
    assert "a déjà le rôle" in err


def test_an_administrator_has_an_emergency_account(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("people", "add", "a@ville.example", "--role", "administrator")
    monkeypatch.setattr("sys.stdin", io.StringIO("le cheval boit du thé vert\n"))
    code, out, err = run("people", "emergency", "a@ville.example")
    assert (code, err) == (0, "")
    assert "otpauth://totp/Jalon:a%40ville.example?secret=" in out
    assert len(re.findall(r"^  [0-9a-f]{6}-[0-9a-f]{6}$", out, re.M)) == 10
    assert run("people", "emergency", "a@ville.example", "--close")[0] == 0
    assert "pas de compte de secours" in run("people", "emergency", "a@ville.example", "--close")[2]


def test_a_short_password_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("people", "add", "a@ville.example", "--role", "administrator")
    monkeypatch.setattr("sys.stdin", io.StringIO("court\n"))
    code, out, err = run("people", "emergency", "a@ville.example")
    assert (code, out) == (1, "")
    assert "choisissez une phrase" in err


def test_a_role_is_taken_back(run: Run) -> None:
    run("people", "add", "p@caf.example", "--role", "pilot", "--organisation", "CAF")
    code, _out, err = run("people", "withdraw", "p@caf.example", "pilot")
    assert (code, "n’a pas le rôle" in err) == (1, True), "it is held for an organisation"
    assert run("people", "withdraw", "p@caf.example", "pilot", "--organisation", "caf")[0] == 0
    assert people(run)["p@caf.example"]["roles"] == []
