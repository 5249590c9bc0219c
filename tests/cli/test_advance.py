"""`jalon advance` as a manager types it: done, rehearsed, refused with every reason."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.season import counts, last_entry, mail_since, owed_since, state, use_season
from tests.workflows.season import MANAGERS

SUBMITTED, ELIGIBLE, INCOMPLETE = "CV112-2021-0006", "CV112-2021-0005", "CV112-2021-0010"
FUNDED, UNSIGNED = "CV112-2021-0001", "CV112-2021-0009"
ASKED = "Votre avis est attendu au plus tard le 31 mars 2021"
ELIGIBLE_NOW = "Votre demande est recevable – réponses à suivi2 (État)"
NO_OPINION = "L’avis du pilote n’est pas donné ; un responsable peut passer outre avec un motif."


@pytest.fixture
def url(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return use_season(tmp_path, monkeypatch)


def test_a_step_done_says_the_new_state_what_is_owed_and_who_is_told(run: Run, url: str) -> None:
    code, out, err = run("advance", SUBMITTED, "declare_eligible")

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "CV112-2021-0006 : Déclarer recevable → Recevable.",
        "  dû pour le 31/03/2021 par pilote de la fiche : donner l’avis du pilote",
        f"  courriel à contact1@porteur.example : [CV112-2021-0006] {ELIGIBLE_NOW}",
        f"  courriel à suivi2@pilote.example : [CV112-2021-0006] {ASKED}",
    ]
    assert state(url, SUBMITTED) == "eligible"


@pytest.mark.parametrize(
    ("reference", "typed"),
    [
        (SUBMITTED, "declare_eligible"),
        (SUBMITTED, "declare_ineligible --reason Hors-champ"),
        (SUBMITTED, "withdraw"),
        (FUNDED, "start_reporting --at 2022-01-03"),
        (FUNDED, "declare_not_carried_out --reason Annulée --repay 5000"),
        (FUNDED, "correct --reason Erreur"),
    ],
)
def test_a_rehearsal_writes_nothing_and_announces_what_the_real_one_does(
    run: Run, url: str, reference: str, typed: str
) -> None:
    before, entry = counts(url), last_entry(url)

    code, out, err = run("advance", reference, *typed.split(), "--dry-run", "--json")
    promised = json.loads(out)
    assert (code, err, promised["dry_run"]) == (0, "", True)
    assert counts(url) == before

    done = json.loads(run("advance", reference, *typed.split(), "--json")[1])
    assert done == promised | {"dry_run": False}
    assert {owed["key"] for owed in promised["obligations"]} == owed_since(url, entry)
    assert {
        (mail["recipient"], mail["template"], mail["subject"]) for mail in promised["mail"]
    } == mail_since(url, entry)
    assert state(url, reference) == promised["to"]


def test_a_rehearsal_says_that_it_is_one(run: Run, url: str) -> None:
    out = run("advance", SUBMITTED, "withdraw", "--dry-run")[1]

    assert out.startswith(
        "Essai, rien n’est enregistré. CV112-2021-0006 : Retirer → Clos (retiré)."
    )


def test_a_refusal_names_every_reason_and_who_can_lift_it(run: Run, url: str) -> None:
    before = counts(url)

    code, out, err = run("advance", ELIGIBLE, "refer")

    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "Il faut une séance du comité à venir, avec sa date. Peut y remédier : responsable du programme.",
        f"{NO_OPINION} Peut y remédier : pilote de la fiche.",
    ]
    assert counts(url) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"{INCOMPLETE} declare_eligible", "Une pièce demandée n’est pas encore arrivée."),
        (f"{UNSIGNED} start_reporting --at 2022-01-03", "Une convention est due"),
        (f"{SUBMITTED} award", "Ce n’est pas possible pour un dossier « Déposé »."),
        (f"{SUBMITTED} declare_ineligible", "Il faut un motif."),
        (f"{FUNDED} declare_not_carried_out --reason R", "Indiquez le montant à reverser"),
        (f"{SUBMITTED} declare_eligible --actor contact1@porteur.example", "C’est réservé à"),
        (f"{SUBMITTED} declare_eligible --actor qui@nulle.part", "Personne n’a l’adresse"),
        ("CV112-2021-9999 award", "Aucun dossier ne porte la référence « CV112-2021-9999 »"),
        (f"{SUBMITTED} envoyer", "L’étape « envoyer » n’existe pas ; celles qui existent : "),
        (f"{SUBMITTED} submit", "L’étape « submit » n’existe pas"),
        (f"{SUBMITTED} award --amount État", "« État » : écrivez FINANCEUR=EUR, avec l’un de : "),
        (f"{SUBMITTED} award --amount CAF=100", "« CAF=100 » : écrivez FINANCEUR=EUR"),
        (f"{SUBMITTED} award --amount État=", "« » n’est pas un montant en euros"),
        (f"{SUBMITTED} award --amount État=douze", "« douze » n’est pas un montant en euros"),
        (f"{SUBMITTED} award --amount État=12,345", "« 12,345 » n’est pas un montant en euros"),
        (f"{SUBMITTED} award --amount État=1e99", "« 1e99 » n’est pas un montant en euros"),
        (f"{SUBMITTED} award --amount État=NaN", "« NaN » n’est pas un montant en euros"),
        (f"{SUBMITTED} award --amount État=1 --amount état=2", "« État » a deux montants"),
        (f"{FUNDED} declare_not_carried_out --repay beaucoup", "« beaucoup » n’est pas un montant"),
        (f"{ELIGIBLE} refer --session 2021-03-19", "Pas de séance du comité le 19/03/2021"),
        (f"{ELIGIBLE} refer --session demain", "« demain » n’est pas une date"),
        (f"{ELIGIBLE} refer --session 2021-02-31", "« 2021-02-31 » n’est pas une date"),
        (f"{SUBMITTED} award --decided-on hier", "« hier » n’est pas une date"),
        (f"{SUBMITTED} withdraw --at bientôt", "« bientôt » n’est pas une date"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    run: Run, url: str, typed: str, said: str
) -> None:
    before = counts(url)

    code, out, err = run("advance", *typed.split())

    assert (code, out) == (1, "")
    assert err.startswith(said.replace("« »", "«  »"))
    assert err.count("\n") == 1
    assert counts(url) == before


def test_an_award_line_by_line_from_the_committee(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("file", "opinion", ELIGIBLE, "état", "favourable")[0] == 0
    assert run("advance", ELIGIBLE, "refer", "--session", "15/04/2021")[0] == 0
    monkeypatch.setenv("JALON_NOW", "2021-04-16")

    code, _out, err = run("advance", ELIGIBLE, "award", "--amount", "ville=0")
    assert code == 1
    assert err.startswith("Au moins un financeur ne s’est pas encore prononcé")

    code, out, err = run(
        "advance", ELIGIBLE, "award", "--amount", "Ville=0", "--amount", "État=6 500,50 €"
    )
    assert (code, err) == (0, "")
    assert "Une subvention de 6 500,50 € vous est accordée" in out.replace("\u202f", " ").replace(
        "\u00a0", " "
    )
    shown = json.loads(run("applications", "show", ELIGIBLE, "--json")[1])
    assert shown["voted"] == "6500.50"


def test_the_second_of_two_who_act_is_told_plainly(run: Run, url: str) -> None:
    assert run("advance", SUBMITTED, "withdraw", "--actor", MANAGERS[0])[0] == 0

    assert run("advance", SUBMITTED, "withdraw", "--actor", MANAGERS[1]) == (
        1,
        "",
        "Ce n’est pas possible pour un dossier « Clos (retiré) ».\n",
    )


def test_the_day_of_a_decision_is_that_of_paris(run: Run, url: str) -> None:
    """Half past midnight in Paris is still the day before in UTC."""
    run("file", "opinion", ELIGIBLE, "État", "favourable")
    run("advance", ELIGIBLE, "refer", "--session", "2021-04-15")

    code, out, err = run(
        *("advance", ELIGIBLE, "award", "--amount", "Ville=1", "--amount", "État=30000"),
        *("--at", "2021-04-15T00:30", "--json"),
    )

    assert (code, err) == (0, "")
    due = {owed["duty"]: owed["due"] for owed in json.loads(out)["obligations"]}
    assert due["agreement"] == "2021-06-15"
