"""`jalon simulate`: weeks replayed on a copy; the real database is not touched."""

import json
from pathlib import Path
from typing import Any

import pytest

from models.session import engine_for
from tests.cli.conftest import Run
from tests.cli.season import counts, use_season
from tests.workflows.season import play

pytestmark = pytest.mark.slow

AUTUMN = ("--from", "2021-10-07", "--to", "2021-10-19")


@pytest.fixture
def url(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    engine_for.cache_clear()  # the copy has a relative address, read from the folder of before
    return use_season(tmp_path, monkeypatch)


def told(run: Run, *typed: str) -> Any:
    code, out, err = run("simulate", *typed, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    engine_for(f"sqlite:///{found['database']}").dispose()
    return found


def test_a_replay_tells_what_would_happen_and_touches_nothing(run: Run, url: str) -> None:
    before, content = counts(url), Path(url.removeprefix("sqlite:///")).read_bytes()

    found = told(run, *AUTUMN)

    assert counts(url) == before
    assert Path(url.removeprefix("sqlite:///")).read_bytes() == content
    assert (found["days"], found["outage_days"]) == (13, 0)
    assert found["by_template"].keys() == {"reminder_digest", "staff_digest"}
    assert found["by_template"]["reminder_digest"] == found["digests"]
    assert found["sent"] > found["digests"], "mail that waited leaves too"
    assert len(list(Path(found["mail"]).glob("*.eml"))) == found["sent"]


def test_an_outage_costs_each_person_one_mail(run: Run, url: str) -> None:
    quiet = told(run, *AUTUMN)
    broken = told(
        run, *AUTUMN, "--outage", "2021-10-08..2021-10-16", "--outage", "2021-10-17..2021-10-18"
    )

    assert broken["outage_days"] == 11
    assert broken["digests"] < quiet["digests"]
    assert broken["rungs_not_sent"] > quiet["rungs_not_sent"]
    assert len(list(Path(broken["mail"]).glob("*.eml"))) == broken["sent"], "nothing stale is kept"


def test_the_same_replay_twice_tells_the_same(run: Run, url: str) -> None:
    assert told(run, *AUTUMN) == told(run, *AUTUMN)


def test_people_read_it_in_words(run: Run, url: str) -> None:
    code, out, err = run("simulate", "--from", "2021-12-20", "--to", "2022-01-05")

    assert (code, err) == (0, "")
    assert out.startswith("Rejoué : 17 jours, dont 0 sans service")
    assert "dossiers passés en attente de bilan" in out
    assert "bilan attendu" in out
    assert "bloqué : CV112-2021-0009 — Une convention est due" in out
    assert "reminder_digest" not in out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--from 2021-10-02 --to 2021-10-01", "La fin de la période précède son début"),
        ("--from 2021-10-01 --to jamais", "« jamais » n’est pas une date"),
        (
            "--from 2021-10-01 --to 2021-10-02 --outage hier",
            "« hier » n’est pas une panne : écrivez",
        ),
        (
            "--from 2021-10-01 --to 2021-10-02 --outage 2021-10-02..2021-10-01",
            "« 2021-10-02..2021-10-01 » n’est pas une panne",
        ),
        (
            "--from 2021-10-01 --to 2021-10-02 --outage 2021-10-02..demain",
            "« demain » n’est pas une date",
        ),
    ],
)
def test_what_cannot_be_replayed_is_one_sentence(run: Run, url: str, typed: str, said: str) -> None:
    code, out, err = run("simulate", *typed.split())

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert not Path("var/simulation").exists()


def test_the_copy_itself_is_not_replayed(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks into the copy has JALON_DATABASE_URL set to it: a replay would destroy it."""
    found = told(run, *AUTUMN)
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{found['database']}")

    code, _out, err = run("simulate", *AUTUMN)

    assert code == 1
    assert "est la copie de travail du rejeu" in err
    assert counts(f"sqlite:///{found['database']}")["application"] == 10
    engine_for(f"sqlite:///{found['database']}").dispose()


@pytest.mark.postgres
def test_a_postgresql_database_is_replayed_on_a_copy_too(
    run: Run, url: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(postgres_url)
    on_sqlite = told(run, *AUTUMN)
    monkeypatch.setenv("JALON_DATABASE_URL", postgres_url)
    before = counts(postgres_url)

    on_postgresql = told(run, *AUTUMN)

    assert on_postgresql == on_sqlite
    assert counts(postgres_url) == before
