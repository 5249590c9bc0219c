"""`jalon people`: added, given roles, written to, deactivated."""

import io
import json
import re

import pytest
from sqlalchemy import select

from models import JournalEntry
from models.session import reading
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
        (("add", "a@b.example", "--role", "pilot"), "s’exerce pour un organisme"),
        (("add", "a@b.example", "--organisation", "CAF"), "va avec un rôle"),
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


def journal(run: Run) -> list[dict[str, object]]:
    with reading() as session:
        kept = select(JournalEntry.facts).where(JournalEntry.facts["person"].as_integer() > 0)
        return list(session.scalars(kept.order_by(JournalEntry.seq)))


def test_what_leaving_would_change_is_told_and_nothing_kept(run: Run) -> None:
    run(
        "people",
        "add",
        "p@caf.example",
        "--name",
        "Pia",
        "--role",
        "pilot",
        "--organisation",
        "CAF",
    )
    run("people", "contact", "CAF", "p@caf.example")
    entries = len(journal(run))
    withdraw = ("withdraw", "p@caf.example", "pilot", "--organisation", "CAF")
    code, out, err = run("people", *withdraw, "--dry-run")
    assert (code, err) == (0, "")
    assert "Plus personne ne pourra donner d’avis ni relire de bilans pour CAF" in out
    assert "Pia reste contact de CAF" in out
    for words in (("contact", "CAF", "p@caf.example", "--drop"), ("deactivate", "p@caf.example")):
        assert "Plus personne à qui écrire pour CAF" in run("people", *words, "--dry-run")[1]
    assert people(run)["p@caf.example"] == {
        "email": "p@caf.example", "name": "Pia", "active": True,
        "roles": ["pilote de la fiche (CAF)"], "contact_of": ["CAF"],
    }  # fmt: skip
    assert len(journal(run)) == entries


def test_a_contact_is_dropped_somebody_renamed_and_brought_back(run: Run) -> None:
    run("people", "add", "p@caf.example", "--name", "Pia")
    run("people", "contact", "CAF", "p@caf.example")
    code, out, _err = run("people", "contact", "CAF", "p@caf.example", "--drop")
    assert (code, out.splitlines()[0]) == (0, "p@caf.example n’est plus contact de CAF.")
    assert run("people", "contact", "CAF", "p@caf.example", "--drop")[0] == 1
    assert "Pia Roy <p@caf.example>" in run("people", "rename", "p@caf.example", "Pia Roy")[1]
    run("people", "deactivate", "p@caf.example")
    assert run("people", "reactivate", "p@caf.example")[0] == 0
    assert run("people", "reactivate", "p@caf.example")[0] == 1
    assert "Enregistré" in run("people", "correct", "p@caf.example", "pia@caf.example")[1]
    found = people(run)["pia@caf.example"]
    assert (found["active"], found["name"], found["contact_of"]) == (True, "Pia Roy", [])
    did = [facts["did"] for facts in journal(run) if "did" in facts]
    assert did == ["added", "renamed", "deactivated", "reactivated", "readdressed"]


def test_a_command_acts_in_the_name_of_somebody_and_their_rules(run: Run) -> None:
    run("people", "add", "chef@ville.example", "--role", "manager")
    code, _out, err = run(
        "people", "add", "a@b.example", "--role", "administrator", "--actor", "chef@ville.example"
    )
    assert (code, "Seul un administrateur" in err) == (1, True)
    assert "a@b.example" not in people(run)
    code, _out, err = run("people", "withdraw", "chef@ville.example", "manager")
    assert (code, "ni responsable ni administrateur actif" in err) == (1, True)
    assert run("people", "deactivate", "chef@ville.example")[0] == 1
    run("people", "add", "p@caf.example", "--role", "reader")
    nobody = ("--actor", "p@caf.example")
    assert run("people", "rename", "p@caf.example", "Pia", *nobody)[0] == 1
