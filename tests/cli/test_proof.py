"""Proof of notice on the command line: shown, written to a file once, refused in words."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import applications, outbox, people, reminders
from models.errors import BadInput, NotFound
from models.session import engine_for
from tests.workflows.season import open_season
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import compose_digests

J7, GRANTEE = date(2021, 3, 26), "contact2@porteur.example"


@pytest.fixture(autouse=True)
def season(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = open_season(tmp_path)
    monkeypatch.setenv("JALON_DATABASE_URL", url)
    compose_digests(at(J7, SWEEP_AT), url=url)
    yield url
    engine_for(url).dispose()


def run(part: Any, *arguments: str) -> str:
    result = CliRunner().invoke(
        part.app, [*arguments], catch_exceptions=False, standalone_mode=False
    )
    if result.exception:
        raise result.exception
    return result.output


def test_the_mail_of_an_application_is_shown_and_written(tmp_path: Path) -> None:
    assert "pièce manquante" in run(applications, "mail", "CV112-2021-0010")
    for name in ("preuves.json", "preuves.txt"):
        target = tmp_path / name
        assert f"{target} (3 courriels)" in run(
            applications, "mail", "CV112-2021-0010", "--export", str(target)
        )
    proofs = json.loads((tmp_path / "preuves.json").read_text())
    text = (tmp_path / "preuves.txt").read_text()
    assert text.count("PREUVE D’INFORMATION") == len(proofs) == 3
    assert "pour le 02/04/2021, 15 jours après" in text
    assert "rappel J-7, décidé le 26/03/2021" in text


def test_a_file_that_is_there_is_left_alone_and_a_bad_place_is_named(tmp_path: Path) -> None:
    there = tmp_path / "preuves.txt"
    there.write_text("à garder")
    with pytest.raises(BadInput, match="existe déjà"):
        run(applications, "mail", "CV112-2021-0010", "--export", str(there))
    assert there.read_text() == "à garder"
    with pytest.raises(BadInput, match="ne peut pas être écrit"):
        run(applications, "mail", "CV112-2021-0010", "--export", str(tmp_path / "no" / "x.txt"))


def test_one_mail_is_proved_by_its_key() -> None:
    rows = json.loads(run(applications, "mail", "CV112-2021-0010", "--json"))
    key = next(row["key"] for row in rows if row["template"] == "reminder_digest")
    shown = run(outbox, "proof", key)
    assert f"PREUVE D’INFORMATION – {key}" in shown
    assert "Les remises\n  aucune" in shown
    assert json.loads(run(outbox, "proof", key, "--json"))["key"] == key
    with pytest.raises(NotFound, match="award:9:9"):
        run(outbox, "proof", "award:9:9")


def test_effect_without_a_mail_sent_says_so() -> None:
    assert "Effet des rappels : 0 envois" in run(reminders, "effect")
    assert json.loads(run(reminders, "effect", "--json")) == []


def test_a_feed_has_an_address_that_can_be_closed() -> None:
    address = run(people, "feed", GRANTEE, "--at", "2021-03-26").strip()
    assert address.startswith("http://localhost:8000/calendrier/")
    assert address.endswith(".ics")
    assert "fermées : 1." in run(people, "feed", GRANTEE, "--revoke")


def test_preferences_are_shown_and_changed() -> None:
    shown = run(people, "preferences", GRANTEE, "--set", "reminder_digest=weekly")
    assert "une fois par semaine, le lundi" in shown
    with pytest.raises(BadInput, match="reminder_digest=weekly"):
        run(people, "preferences", GRANTEE, "--set", "reminder_digest")


def test_a_corrected_address_is_followed_and_both_are_proved() -> None:
    new, key = "contact2@ailleurs.example", f"digest:{J7}:"
    said = run(people, "correct", GRANTEE, new)
    assert f"<{new}>" in said
    [key] = [
        row["key"]
        for row in json.loads(run(outbox, "list", "--for", GRANTEE, "--json"))
        if row["key"].startswith(key)
    ]
    assert new in run(outbox, "retry", key)
    shown = run(outbox, "proof", key)
    assert f"<{new}>" in shown
    assert f"Avant : <{GRANTEE}> jusqu’au " in shown
    with pytest.raises(BadInput, match="déjà l’adresse de"):
        run(people, "correct", new, new)
