"""`jalon tokens` and `jalon webhooks`: programs let in, programs told."""

import json

import pytest

from tests.cli.conftest import Run


def test_a_token_is_shown_once_listed_and_revoked(run: Run) -> None:
    run("people", "add", "claire@ville.example", "--role", "manager")
    code, out, err = run("tokens", "create", "claire@ville.example", "--name", "Export", "--json")
    assert (code, err) == (0, "")
    made = json.loads(out)
    assert made["token"].startswith(made["start"])

    listed = run("tokens", "list", "--json")[1]
    assert made["token"] not in listed
    assert [(t["name"], t["scopes"]) for t in json.loads(listed)] == [("Export", ["read"])]
    assert "Jetons : 1" in run("tokens", "list")[1]

    assert "révoqué" in run("tokens", "revoke", made["start"])[1]
    assert run("tokens", "revoke", made["start"])[0] == 1
    assert json.loads(run("tokens", "list", "--json")[1])[0]["revoked"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tokens", "create", "x@y.example", "--name", "a"), "jalon people add"),
        (("tokens", "create", "known@x.example", "--name", " "), "ajoutez --name"),
        (("tokens", "create", "known@x.example", "--name", "a", "--role", "pilot"), "aucun"),
        (("tokens", "revoke", "jalon_nothing"), "jalon tokens list"),
        (("webhooks", "add", "http://exemple.fr"), "https://exemple.fr/jalon"),
        (("webhooks", "add", "https://exemple.fr", "--event", "party"), "n’est pas un évènement"),
        (("webhooks", "stop", "9"), "jalon webhooks list"),
        (("webhooks", "retry", "9"), "Aucun envoi"),
    ],
)
def test_what_is_refused(run: Run, arguments: tuple[str, ...], said: str) -> None:
    run("people", "add", "known@x.example")
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert said in err


def test_a_subscriber_from_the_first_day_to_the_last(run: Run) -> None:
    code, out, _err = run("webhooks", "add", "https://exemple.fr/j", "--event", "award", "--json")
    made = json.loads(out)
    assert code == 0
    assert made["secret"].startswith("whsec_")
    assert "déjà abonnée" in run("webhooks", "add", "https://exemple.fr/j")[2]

    number = str(made["id"])
    assert made["secret"] not in run("webhooks", "list", "--json")[1]
    run("webhooks", "stop", number)
    assert json.loads(run("webhooks", "list", "--json")[1])[0]["active"] is False
    run("webhooks", "start", number)
    assert "Abonnés : 1" in run("webhooks", "list")[1]
    assert "Envois : 0" in run("webhooks", "sent")[1]
    run("webhooks", "remove", number)
    assert json.loads(run("webhooks", "list", "--json")[1]) == []


def test_the_sweep_tells_what_it_did(run: Run) -> None:
    code, out, _err = run("flow", "run", "deliver-webhooks", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["told"], told["put_off"], told["abandoned"]) == (0, 0, 0)
