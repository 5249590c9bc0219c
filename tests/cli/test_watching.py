"""`jalon obligations`, `reminders`, `flow` and `audit`: what is owed, announced, done and proved."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from models import JournalEntry, Message, ReminderStep
from models.session import transaction
from tests.cli.conftest import Run
from tests.cli.season import counts, rows, use_season
from tests.workflows.season import MANAGERS


@pytest.fixture
def url(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return use_season(tmp_path, monkeypatch)


def told(run: Run, *typed: object) -> Any:
    code, out, err = run(*typed, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def keys(run: Run, *typed: object) -> set[str]:
    return {one["key"] for one in told(run, "obligations", "list", *typed)}


def test_the_list_goes_from_the_nearest_and_says_how_long_is_left(run: Run, url: str) -> None:
    listed = told(run, "obligations", "list")

    assert [one["due"] for one in listed] == sorted(one["due"] for one in listed)
    assert listed[0]["days_left"] == -44
    assert {one["status"] for one in listed} == {"open", "paused"}
    out = run("obligations", "list")[1]
    assert out.startswith("Échéances au 20/03/2021 : 17")
    assert "44 j de retard  Métropole" in out
    assert "suspendu" in out
    assert "faire signer la convention (État)" in out
    assert "CV112-2021-0009:agreement:2" in out


def test_late_is_what_is_past_its_day_and_not_suspended(run: Run, url: str) -> None:
    late = told(run, "obligations", "list", "--late")

    assert {one["key"].partition(":")[0][-2:] for one in late} == {"05", "06", "07", "08"}
    assert all(one["days_left"] < 0 and one["status"] == "open" for one in late)
    on_the_day = keys(run, "--late", "--at", "2021-04-02")
    day_after = keys(run, "--late", "--at", "2021-04-03")
    assert day_after - on_the_day == {"CV112-2021-0010:missing_piece:1"}


def test_each_is_shown_what_they_owe(run: Run, url: str) -> None:
    every = keys(run)
    managers = {key for key in every if "eligibility" in key or "agreement" in key}

    assert keys(run, "--for", MANAGERS[0]) == managers
    assert keys(run, "--for", "contact1@porteur.example") == {
        f"CV112-2021-000{number}:{duty}_report"
        for number in (2, 9)
        for duty in ("interim", "final")
    }
    assert keys(run, "--for", "suivi2@pilote.example") == {
        "CV112-2021-0005:pilot_opinion",
        "CV112-2021-0007:pilot_opinion",
    }
    assert (
        keys(run, "--for", "état")
        == keys(run, "--for", "Etat")
        == keys(run, "--for", "suivi2@pilote.example")
    )
    assert keys(run, "--for", "association n° 3") == {
        "CV112-2021-0004:final_report", "CV112-2021-0004:interim_report"}  # fmt: skip
    assert keys(run, "--for", "CAF") == set()


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        ("qui@nulle.part", "Personne n’a l’adresse « qui@nulle.part »"),
        (
            "Metropol",
            "« Metropol » n’est pas un organisme du contrat ; vouliez-vous dire Métropole",
        ),
        ("Zorglub", "« Zorglub » n’est pas un organisme du contrat"),
    ],
)
def test_somebody_unknown_is_said_so(run: Run, url: str, whom: str, said: str) -> None:
    code, out, err = run("obligations", "list", "--for", whom)

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


def test_the_preview_names_reader_rung_date_and_rule_and_sends_nothing(run: Run, url: str) -> None:
    before = counts(url)

    announced = told(run, "reminders", "preview")

    assert counts(url) == before
    assert announced[-1] | {"about": "", "due": ""} == {
        "day": "2021-04-18",
        "recipient": MANAGERS[1],
        "instead_of": "",
        "rung": "J-30",
        "duty": "agreement",
        "label": "faire signer la convention",
        "due": "",
        "reference": "CV112-2021-0009",
        "about": "",
        "rule": "P2M after decision",
        "obligation": "CV112-2021-0009:agreement:2",
    }
    out = run("reminders", "preview")[1]
    assert out.startswith("Rappels du 20/03/2021 au 19/04/2021 : ")
    assert "pour le 18/05/2021 (2 mois après : décision)" in out


def test_a_preview_further_on_does_not_show_as_late_what_will_have_left(run: Run, url: str) -> None:
    ahead = told(run, "reminders", "preview", "--from", "2021-10-01", "--to", "2021-10-31")

    assert {row["day"] for row in ahead} == {"2021-10-08", "2021-10-14", "2021-10-18", "2021-10-30"}
    assert {row["duty"] for row in ahead} == {"interim_report"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--from 2021-06-30 --to 2021-06-01", "La fin de la période précède son début"),
        ("--from 2021-06-01 --to 2199-12-31", "Cela dépasse 1000 jours à prévoir"),
        ("--from demain", "« demain » n’est pas une date"),
    ],
)
def test_a_period_that_is_none_is_one_sentence(run: Run, url: str, typed: str, said: str) -> None:
    code, out, err = run("reminders", "preview", *typed.split())

    assert (code, out) == (1, "")
    assert err.startswith(said)


def test_who_stands_in_is_named_in_the_preview(run: Run, url: str) -> None:
    with transaction(url) as session:
        session.execute(text("UPDATE person SET active = 0 WHERE email LIKE 'contact2%'"))

    rows = told(run, "reminders", "preview", "--from", "2021-03-26", "--to", "2021-03-26")

    assert [(row["recipient"], row["instead_of"]) for row in rows] == [
        (address, "Association n° 2") for address in MANAGERS
    ]
    assert f"{MANAGERS[0]} (pour Association n° 2)" in run("reminders", "preview")[1]


def test_what_was_announced_is_what_the_flow_composes(run: Run, url: str) -> None:
    day = "2021-10-18"
    promised = {
        (row["recipient"], row["obligation"])
        for row in told(run, "reminders", "preview", "--from", day, "--to", day, "--at", day)
    }

    composed = told(run, "flow", "run", "compose-digests", "--at", day)

    mails = rows(url, select(Message.recipient, Message.facts))
    digests = {
        (address, key)
        for address, facts in mails
        if isinstance(facts, dict)
        for key in facts.get("keys", [])
    }
    assert digests == promised
    assert composed["digests"] == len({address for address, _key in promised})


@pytest.mark.parametrize("at", ["2021-03-20", "2021-12-31"])
@pytest.mark.slow
def test_each_flow_twice_does_its_work_once(run: Run, url: str, at: str) -> None:
    first = told(run, "flow", "run", "watch-deadlines", "--at", at)
    assert len(first["moved"]) == (4 if at == "2021-12-31" else 0)
    assert told(run, "flow", "run", "watch-deadlines", "--at", at)["moved"] == []

    composed = told(run, "flow", "run", "compose-digests", "--at", at)
    assert composed["digests"] > 0
    steps = len(rows(url, select(ReminderStep.id)))
    again = told(run, "flow", "run", "compose-digests", "--at", at)
    assert (again["digests"], again["reminders"], again["rungs_not_sent"]) == (0, 0, 0)
    assert len(rows(url, select(ReminderStep.id))) == steps

    sent = told(run, "flow", "run", "deliver-mail", "--at", at)
    assert sent["sent"] >= composed["digests"]
    assert told(run, "flow", "run", "deliver-mail", "--at", at)["sent"] == 0
    assert len(list(Path(sent["kept_in"]).glob("*.eml"))) == sent["sent"]


@pytest.mark.slow
def test_a_flow_tells_people_what_it_did(run: Run, url: str) -> None:
    out = run("flow", "run", "watch-deadlines", "--at", "2021-12-31")[1]

    assert "  passés en attente de bilan : CV112-2021-0001, CV112-2021-0002" in out
    assert "  retenus : CV112-2021-0009 (Une convention est due" in out
    code, out, err = run("flow", "run", "tout")
    assert (code, out) == (1, "")
    assert err.startswith("Le traitement « tout » n’existe pas ; ceux qui existent : ")


def test_the_journal_is_proved_whole_and_its_head_noted(run: Run, url: str, tmp_path: Path) -> None:
    anchor = tmp_path / "tete.json"
    entries = len(rows(url, select(JournalEntry.id)))

    assert run("audit", "verify") == (
        0, f"Journal de CV112 : {entries} entrées, aucune anomalie.\n", "")  # fmt: skip
    assert run("audit", "anchor", "-o", anchor)[0] == 0
    run("advance", "CV112-2021-0006", "withdraw")
    assert told(run, "audit", "verify", "--anchor", anchor)["faults"] == []


def test_a_journal_that_was_changed_is_told_on_stderr_and_exits_1(
    run: Run, url: str, tmp_path: Path
) -> None:
    anchor = tmp_path / "tete.json"
    run("audit", "anchor", "-o", anchor)
    with transaction(url) as session:
        for trigger in session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            session.execute(text(f'DROP TRIGGER "{trigger}"'))
        last = session.scalar(text("SELECT max(seq) FROM journal_entry"))
        session.execute(text("UPDATE journal_entry SET action = 'withdraw' WHERE seq = 9"))
        session.execute(
            text("UPDATE journal_entry SET seq = seq + 1 WHERE seq = :last"), {"last": last}
        )

    code, out, err = run("audit", "verify", "--anchor", anchor)

    assert (code, out) == (1, "")
    assert "CV112 : entrée n° 9 : son contenu a été modifié" in err.splitlines()
    assert f"CV112 : entrée n° {last} : il manque une entrée, ou deux ont été échangées" in err
    assert "l’ancre notée n’est plus dans le journal" in err
    code, out, _err = run("audit", "verify", "--json")
    assert code == 1
    assert {fault["seq"] for fault in json.loads(out)["faults"]} >= {9}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("verify --anchor rien.json", "« rien.json » n’est pas une ancre"),
        ("verify --contract ZZ", "Le contrat de ville « ZZ » n’existe pas ici."),
        (
            "anchor -o nulle/part.json",
            "« nulle/part.json » ne peut pas être lu ou écrit (introuvable)",
        ),
    ],
)
def test_what_the_audit_cannot_do_is_one_sentence(
    run: Run, url: str, typed: str, said: str
) -> None:
    code, out, err = run("audit", *typed.split())

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1
