"""`jalon file` and `jalon grant`: a file followed from its missing piece to its repayment."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.season import counts, state, use_season

INCOMPLETE, ELIGIBLE, FUNDED, UNSIGNED = (f"CV112-2021-{n:04d}" for n in (10, 5, 1, 9))
PIECE = "Comptes approuvés"


@pytest.fixture
def url(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return use_season(tmp_path, monkeypatch)


def owed(run: Run, reference: str, at: str = "2021-03-20") -> dict[str, Any]:
    """What is owed on one application, by the rest of its key."""
    told = json.loads(run("obligations", "list", "--at", at, "--json")[1])
    return {one["key"].partition(":")[2]: one for one in told if one["reference"] == reference}


def test_a_piece_is_received_asked_again_and_the_check_waits_meanwhile(run: Run, url: str) -> None:
    assert owed(run, INCOMPLETE)["eligibility_check"]["status"] == "paused"

    assert run("file", "receive-piece", INCOMPLETE, PIECE, "--at", "2021-03-25") == (
        0, "Pièce reçue : Comptes approuvés.\n", "")  # fmt: skip
    assert set(owed(run, INCOMPLETE)) == {"eligibility_check"}
    assert owed(run, INCOMPLETE)["eligibility_check"]["status"] == "open"

    asked = run("file", "ask-piece", INCOMPLETE, "RIB", "--reason", "illisible")
    assert asked == (0, "Pièce demandée : RIB.\n", "")
    assert owed(run, INCOMPLETE)["missing_piece:2"]["due"] == "2021-04-06"  # after Easter Monday


def test_an_opinion_is_given_or_waived_with_a_reason(run: Run, url: str) -> None:
    code, _out, err = run("file", "opinion", ELIGIBLE, "État", "waived")
    assert (code, err) == (1, "Pour passer outre l’avis du pilote, il faut un motif.\n")

    given = run("file", "opinion", ELIGIBLE, "état", "reserved", "--reason", "Public trop large")
    assert given == (0, "Avis enregistré.\n", "")
    assert owed(run, ELIGIBLE) == {}


def test_time_is_given_on_an_obligation_by_its_key(run: Run, url: str) -> None:
    key = f"{FUNDED}:interim_report"

    assert run("file", "extend", key, "15/11/2021", "--reason", "Rentrée tardive") == (
        0, "Délai accordé.\n", "")  # fmt: skip
    assert owed(run, FUNDED)["interim_report"]["due"] == "2021-11-15"

    code, _out, err = run("file", "extend", key, "2021-11-10", "--reason", "Encore")
    assert (code, err) == (1, "Une prolongation a un motif et une date après le 15/11/2021.\n")
    assert run("file", "extend", f"{FUNDED}:rien", "2021-11-10") == (
        1, "", f"Aucune échéance n’a la clé « {FUNDED}:rien ».\n")  # fmt: skip


def test_a_grant_from_its_signature_to_its_closing(run: Run, url: str) -> None:
    assert run("grant", "sign", UNSIGNED, "état", "--on", "2021-04-02")[0] == 0
    assert owed(run, UNSIGNED)["publication:2"]["due"] == "2021-07-02"
    assert run("grant", "publish", UNSIGNED, "État", "--on", "2021-06-01")[0] == 0
    assert run("grant", "report", UNSIGNED, "interim", "--at", "2021-10-01")[0] == 0
    assert run("flow", "run", "watch-deadlines", "--at", "2022-01-03")[0] == 0
    assert state(url, UNSIGNED) == "reporting"

    at = ("--at", "2022-05-02")
    assert run("grant", "report", UNSIGNED, "final", "--spent", "30 000,00 €", *at) == (
        0, "Bilan reçu.\n", "")  # fmt: skip
    code, _out, err = run("grant", "report", UNSIGNED, "final", *at)
    assert (code, err) == (1, "Un bilan final est déjà reçu et attend sa relecture.\n")
    code, _out, err = run("grant", "review", UNSIGNED, "--return", *at)
    assert (code, err) == (1, "Pour renvoyer un bilan, il faut dire ce qui manque.\n")
    back = run("grant", "review", UNSIGNED, "--return", "--reason", "Factures manquantes", *at)
    assert back == (0, "Bilan renvoyé au porteur.\n", "")
    run("grant", "report", UNSIGNED, "final", *at)
    assert run("grant", "review", UNSIGNED, "--accept", *at) == (0, "Bilan approuvé.\n", "")
    assert run("advance", UNSIGNED, "accept_report", *at)[0] == 0
    assert state(url, UNSIGNED) == "closed"
    assert owed(run, UNSIGNED) == {}


def test_an_action_put_off_then_not_carried_out_is_repaid(run: Run, url: str) -> None:
    put_off = run("grant", "postpone", FUNDED, "2022-10-31", "--reason", "Locaux fermés")
    assert put_off == (0, "Fin de l’action reportée.\n", "")
    assert owed(run, FUNDED)["final_report"]["due"] == "2023-06-30"

    run("advance", FUNDED, "declare_not_carried_out", "--reason", "Annulée", "--repay", "13000")
    assert owed(run, FUNDED)["repayment"]["due"] == "2021-05-20"
    assert run("grant", "repaid", FUNDED, "--on", "2021-05-03")[0] == 0
    assert owed(run, FUNDED) == {}


def test_a_funder_pays_in_two_times_and_one_is_undone(run: Run, url: str) -> None:
    at = ("--at", "2021-05-03")
    before = counts(url)
    trial = run("grant", "pay", FUNDED, "état", "3 000,50", "--reference", "M1", *at, "--dry-run")
    assert trial == (
        0,
        (
            "Essai, rien n’est enregistré. Versement noté (acompte) : 3\u202f000,50\xa0€."
            " Reste à verser par « État » : 4\u202f999,50\xa0€.\n"
        ),
        "",
    )
    assert counts(url) == before

    pay = ("grant", "pay", FUNDED, "État")
    assert run(*pay, "3000.50", "--reference", "M1", "--kind", "advance", *at)[0] == 0
    code, out, _err = run(*pay, "4999.50", "--reference", "M2", *at)
    assert (code, out.startswith("Versement noté (solde) : 4")) == (0, True)
    undo = ("grant", "cancel-payment", FUNDED, "État", "--reference", "M2")
    assert run(*undo, *at)[2] == "Pour annuler un versement, il faut un motif.\n"
    assert run(*undo, "--reason", "Saisi deux fois", *at) == (
        0, "Annulé : solde de 4\u202f999,50\xa0€, « M2 ».\n", "")  # fmt: skip
    assert run("audit", "verify")[0] == 0


def test_a_file_of_payments_is_tried_then_taken_once(run: Run, url: str, tmp_path: Path) -> None:
    path = tmp_path / "versements.csv"
    titles = "dossier;financeur;montant versé;versé le;mandat"
    path.write_text(f"{titles}\n{FUNDED};État;3000,50;20/03/2021;M1\n", encoding="utf-8")
    take = ("grant", "import-payments", str(path), "--at", "2021-05-03")
    before = counts(url)

    code, out, _err = run(*take, "--dry-run")
    assert (code, out.startswith("Essai, rien n’est enregistré. 1 lignes lues : 1")) == (0, True)
    assert counts(url) == before
    assert run(*take)[0] == 0
    told = json.loads(run(*take, "--json")[1])
    assert (told["recorded"], told["unchanged"], told["dry_run"]) == (0, 1, False)

    path.write_text(f"{titles}\n{FUNDED};État;9000;20/03/2021;M2\n", encoding="utf-8")
    code, _out, err = run(*take)
    assert code == 1
    assert err.startswith("versements.csv, ligne 2, colonne « montant versé » : « État » a accordé")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"file ask-piece {INCOMPLETE} {PIECE}", "Nommez une pièce qui n’est pas déjà demandée"),
        (f"file ask-piece {FUNDED} RIB", "Ce n’est pas possible pour un dossier « Financé »."),
        (f"file receive-piece {INCOMPLETE} RIB", "La pièce « RIB » n’est pas attendue ; pièces"),
        (f"file prior-report {FUNDED}", "Ce n’est pas possible pour un dossier « Financé »."),
        (f"file opinion {ELIGIBLE} CAF favourable", "« CAF » n’est pas pilote de cette fiche"),
        (f"file decide {ELIGIBLE} État 100 --decision D1", "Ce n’est pas possible pour un dossier"),
        (f"file decide {ELIGIBLE} Mairie 100 --decision D1", "« Mairie » n’est pas sollicité"),
        (f"file decide {ELIGIBLE} État cent --decision D1", "« cent » n’est pas un montant"),
        ("file prior-report CV112-2021-9999", "Aucun dossier ne porte la référence"),
        (f"grant publish {UNSIGNED} État", "La convention avec « État » n’est pas signée."),
        (f"grant sign {UNSIGNED} Ville", "« Ville » n’a pas de convention à signer"),
        (f"grant sign {UNSIGNED} État --on demain", "« demain » n’est pas une date"),
        (f"grant report {ELIGIBLE} final", "Ce n’est pas possible pour un dossier « Recevable »."),
        (f"grant report {FUNDED} final --spent beaucoup", "« beaucoup » n’est pas un montant"),
        (f"grant review {FUNDED} --accept", "Aucun bilan final n’attend de relecture"),
        (f"grant postpone {FUNDED} 2021-06-30 --reason R", "L’action finit le 31/12/2021"),
        (f"grant report {FUNDED} final --ending new_dates", "L’action finit le 31/12/2021"),
        (f"grant report {FUNDED} final --ending new_dates --until 2190-06-30", "L’action finit le 31/12"),
        (f"grant report {FUNDED} final --until 2022-06-30", "Une nouvelle fin va avec l’issue"),
        (f"grant postpone {FUNDED} 2022-06-30", "Un report de dates a un motif"),
        (f"grant pay {FUNDED} État 9000 --reference M1 --at 2021-05-03", "« État » a accordé 8"),
        (f"grant pay {FUNDED} État beaucoup --reference M1", "« beaucoup » n’est pas un montant"),
        (f"grant pay {FUNDED} Mairie 100 --reference M1", "« Mairie » n’est pas sollicité"),
        (f"grant pay {FUNDED} État 100 --reference M1 --kind don", "La nature « don » n’existe pas"),
        (f"grant pay {ELIGIBLE} État 100 --reference M1", "« État » n’a rien accordé sur ce dossier"),
        (f"grant cancel-payment {FUNDED} État --reference M1", "Aucun versement n’a la référence « M1 »"),
        (f"grant repaid {FUNDED} État", "Donnez le financeur et le montant, ou ni l’un ni l’autre."),
        (f"grant repaid {FUNDED}", "Aucun reversement n’est attendu"),
        (f"grant repaid {FUNDED} --actor moi@nulle.part", "Personne n’a l’adresse"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    run: Run, url: str, typed: str, said: str
) -> None:
    before = counts(url)
    arguments = typed.replace(PIECE, "PIECE").split()

    code, out, err = run(*(PIECE if one == "PIECE" else one for one in arguments))

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert counts(url) == before
