"""`jalon file amend`: one field corrected, the others as they were, the applicant told; or nothing at all."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models import JournalEntry, Message
from models.session import reading
from tests.cli.conftest import Run
from tests.cli.season import counts, rows, use_season
from workflows.applications.loading import with_neighbourhoods
from workflows.queries import get_application

FILED, EXAMINED = "CV112-2021-0008", "CV112-2021-0005"  # submitted, eligible
WHY = ("--reason", "Erreur de saisie")


@pytest.fixture
def url(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return use_season(tmp_path, monkeypatch)


def told(url: str) -> dict[str, Any]:
    """What the application says that one may amend."""
    with reading(url) as session:
        one = with_neighbourhoods(session, get_application(session, FILED))
        return {
            "title": one.title, "fiche": one.fiche.number, "starts": one.starts_on, "ends": one.ends_on,
            "charges": one.charges, "resources": one.resources, "requested": one.requested,
            "asked": {line.funder.name: line.asked for line in one.lines}, "renewal": one.renewal,
            "siret": one.applicant.siret, "email": one.contact.email if one.contact else None,
            "qpvs": sorted(qpv.code for qpv in one.qpvs), "received": one.received_at,
        }  # fmt: skip


def test_one_field_changes_and_the_applicant_is_told(run: Run, url: str) -> None:
    before = told(url)
    code, out, err = run("file", "amend", FILED, "--title", "Ateliers vélo", *WHY)

    assert (code, out, err) == (0, f"Dossier {FILED} modifié :\n  titre\n", "")
    assert told(url) == before | {"title": "Ateliers vélo"}
    journal = select(JournalEntry.facts).order_by(JournalEntry.id.desc()).limit(1)
    facts: Any = rows(url, journal)[0][0]
    assert facts["changed"] == ["title"]
    mail = select(Message.template).order_by(Message.id.desc()).limit(1)
    assert rows(url, mail) == [("amended",)]


def test_the_amount_of_one_funder_changes_those_of_the_others_stay(run: Run, url: str) -> None:
    before = told(url)
    (funder, amount), *others = before["asked"].items()
    total = before["charges"] + 500

    code, out, err = run(
        "file", "amend", FILED, "--ask", f"{funder.upper()}={amount + 500}",
        "--charges", total, "--resources", total, *WHY, "--json",
    )  # fmt: skip

    assert (code, err) == (0, "")
    after = told(url)
    assert after["asked"] == {funder: amount + 500, **dict(others)}
    assert after["requested"] == before["requested"] + 500
    assert (after["charges"], after["resources"]) == (total, total)
    fields = {one["field"].partition("-")[0] for one in json.loads(out)["changes"]}
    assert fields == {"asked", "charges", "resources"}


def test_a_funder_is_added_and_another_taken_off(run: Run, url: str) -> None:
    held = told(url)["asked"]
    funder, amount = next(iter(held.items()))
    other = next(name for name in ("Ville", "Métropole", "État", "CAF") if name not in held)

    code, _out, err = run(
        "file", "amend", FILED, "--ask", f"{other}={amount}", "--ask", f"{funder}=0", *WHY
    )

    assert (code, err) == (0, "")
    assert told(url)["asked"] == {n: a for n, a in held.items() if n != funder} | {other: amount}


def test_the_dates_the_fiche_and_who_applies(run: Run, url: str) -> None:
    code, out, err = run(
        "file", "amend", FILED, "--fiche", "1.10", "--starts", "01/03/2021", "--ends", "30/11/2021",
        "--renewal", "--siret", "732 829 320 00074", "--applicant", "Essai SA",
        "--email", "nouvelle@essai.example", "--contact", "Nina Nouvelle", *WHY,
    )  # fmt: skip

    assert (code, err) == (0, "")
    after = told(url)
    assert (after["fiche"], after["siret"]) == ("1.10", "73282932000074")
    assert (str(after["starts"]), str(after["ends"])) == ("2021-03-01", "2021-11-30")
    assert (after["renewal"], after["email"]) == (True, "nouvelle@essai.example")
    assert "renouvellement : non → oui" in out


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (("--title", "Vélo"), "pour modifier la demande, il faut un motif"),
        (("--charges", "1", *WHY), "Le budget n’est pas équilibré"),
        (("--ask", "Vile=3000", *WHY), "vouliez-vous dire Ville"),
        (("--ask", "Ville", *WHY), "écrivez FINANCEUR=EUR"),
        (("--fiche", "99.9", *WHY), "la fiche « 99.9 » n’existe pas"),
        (("--ends", "demain", *WHY), "--ends"),
        (WHY, "il n’y a rien à changer"),
    ],
    ids=["closed", "unbalanced", "funder", "ask", "fiche", "date", "nothing"],
)
def test_what_cannot_be_amended_leaves_everything(
    run: Run, url: str, said: tuple[str, ...], answer: str
) -> None:
    before, held = counts(url), told(url)
    code, out, err = run("file", "amend", FILED, *said)

    assert (code, out) == (1, "")
    assert answer in err, err
    assert (counts(url), told(url)) == (before, held)


def test_what_is_examined_is_amended_no_more(run: Run, url: str) -> None:
    code, _out, err = run("file", "amend", EXAMINED, "--title", "Vélo", *WHY)
    assert (code, err) == (1, "Ce n’est pas possible pour un dossier « Recevable ».\n")


def test_a_trial_says_what_would_change(run: Run, url: str) -> None:
    before, held = counts(url), told(url)
    total = Decimal(held["charges"]) + 100
    amounts = ("--charges", total, "--resources", total)

    code, out, _err = run("file", "amend", FILED, *amounts, *WHY, "--dry-run")

    assert code == 0
    assert out.startswith(f"Essai, rien n’est enregistré. Le dossier {FILED} changerait :\n")
    assert "total des charges" in out
    assert (counts(url), told(url)) == (before, held)
