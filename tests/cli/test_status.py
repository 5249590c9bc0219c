"""`jalon status`: counts and amounts, in words or in JSON, and what it must not import."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.errors import BadInput, NotFound, Unavailable
from models.session import engine_for, transaction
from models.vocabulary import Outcome, State
from tests.cli.conftest import Run
from tests.workflows.world import World, fill, world_in
from workflows.status import OUTCOMES, STATES, Status, read_status, status_of


@pytest.fixture
def filled(world_url: str) -> str:
    """Two submitted, one funded, one withdrawn."""
    with transaction(world_url) as session:
        world = world_in(session)
        world.submitted()
        world.submitted(
            fiche=world.fiche("2.1"), asked={world.organisations("CAF")["CAF"]: Decimal(100)}
        )
        world.brought_to(State.FUNDED)
        _withdraw(world)
    return world_url


def _withdraw(world: World) -> None:
    from models.vocabulary import Trigger
    from tests.workflows.world import CHECKED

    world.fire(world.submitted(), Trigger.WITHDRAW, CHECKED)


def test_states_and_outcomes_are_all_there(filled: str) -> None:
    found = status_of(filled)
    assert found.states == {
        "submitted": 2, "eligible": 0, "committee": 0, "funded": 1, "reporting": 0, "closed": 1,
    }  # fmt: skip
    assert found.outcomes == dict.fromkeys(OUTCOMES, 0) | {"withdrawn": 1}
    assert (found.total, found.call) == (4, 2021)
    assert (found.requested, found.voted) == (Decimal("39100.00"), Decimal("13000.00"))
    assert [group.applications for group in found.groups] == [2, 0, 0, 1, 0, 1]


def test_the_words_are_those_of_the_lifecycle() -> None:
    assert tuple(State) == STATES
    assert tuple(Outcome) == OUTCOMES


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("enjeu", {"1": (3, 39000), "2": (1, 100)}),
        ("fiche", {"1.3": (3, 39000), "2.1": (1, 100)}),
        ("funder", {"CAF": (1, 100), "Ville": (3, 15000), "État": (3, 24000)}),
    ],
)
def test_groups(filled: str, by: str, expected: dict[str, tuple[int, int]]) -> None:
    groups = status_of(filled, by=by).groups
    assert {g.key: (g.applications, int(g.requested)) for g in groups} == expected


def test_an_application_counts_for_each_of_its_pilots(filled: str) -> None:
    groups = {g.key: g.applications for g in status_of(filled, by="pilot").groups}
    assert groups["Bpifrance"] == 3
    assert groups["Métropole"] >= 3


def test_on_both_databases(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        world_in(session).brought_to(State.FUNDED)
    for by in ("state", "enjeu", "fiche", "pilot", "funder"):
        found = status_of(database_url, by=by)
        assert (found.total, found.voted) == (1, Decimal("13000.00"))
        assert sum(group.applications for group in found.groups) >= 1


def test_it_reads_an_open_connection_too(filled: str) -> None:
    with Session(engine_for(filled)) as session:
        assert read_status(session.connection()) == status_of(filled)


def test_what_cannot_be_answered(world_url: str, sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="2019"):
        status_of(world_url, year=2019)
    with pytest.raises(NotFound, match="jalon call open"):
        status_of(sqlite_url)
    with pytest.raises(BadInput, match="attendu : state"):
        status_of(world_url, by="moon")
    with pytest.raises(Unavailable, match="jalon init"):
        status_of(f"sqlite:///{tmp_path / 'none.sqlite3'}")
    (tmp_path / "empty.sqlite3").touch()
    with pytest.raises(Unavailable, match="jalon init"):
        status_of(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert not (tmp_path / "none.sqlite3").exists()


def test_an_empty_call_is_all_zeros(run: Run) -> None:
    code, out, err = run("status", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["call"], told["total"]) == (2021, 0)
    assert set(told["states"]) == set(State)
    assert set(told["outcomes"]) == set(Outcome)
    assert told["amounts"] == {"requested": "0.00", "voted": "0.00", "paid": "0.00"}


def test_in_words(filled: str, run: Run) -> None:
    code, out, _err = run("status")
    assert code == 0
    assert out.startswith("Appel 2021 : 4 dossiers, 39\u202f100,00\u00a0€ demandés")
    assert "  dont retiré              1" in out
    assert "Pilote" in run("status", "--by", "pilot")[1]
    assert "Un dossier compte pour chaque financeur" in run("status", "--by", "funder")[1]
    assert run("status", "--by", "moon")[0] == 1
    assert run("status", "--call", "2019")[0] == 1


HEAVY = ("models", "sqlalchemy.orm", "pydantic", "rich", "transitions", "babel", "yaml")


def test_it_imports_little(filled: str) -> None:
    code = (
        "import sys, cli.status; cli.status.app(args=[], prog_name='x', standalone_mode=False);"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"JALON_DATABASE_URL": filled},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("Appel 2021")
    assert done.stderr.strip() == "[]"


def test_the_json_shape_is_stable() -> None:
    found = Status(2021, 0, {}, {}, Decimal(0), Decimal(0), Decimal(0), "state", [])
    assert list(found.as_json()) == [
        "call",
        "total",
        "states",
        "outcomes",
        "amounts",
        "by",
        "groups",
    ]
