"""What a person reads when a command is typed wrong or cannot do its work: one sentence, no traceback."""

import json
import sys
from pathlib import Path

import pytest

from cli import failures, wording
from cli.main import PARTS
from tests.cli.conftest import Run
from tests.workflows.season import open_season

REF = "CV112-2021-0001"
NOT_ADMITTED = (
    "La valeur de l’argument {what}, attendu : {expected} (voir « jalon {where} --help »)."
)
RANGE = NOT_ADMITTED.format(
    what="ANNÉE n’est pas admise", expected="un nombre de 1990 à 2199", where="call open"
)
CHOICE = NOT_ADMITTED.format(
    what="BILAN n’est pas admise", expected="interim, final", where="grant report"
)


@pytest.fixture
def season(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = open_season(tmp_path)
    monkeypatch.setenv("JALON_DATABASE_URL", url)
    monkeypatch.setenv("JALON_NOW", "2021-03-20")
    return url


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("advance", "Il manque l’argument REF (voir « jalon advance --help »)."),
        ("advance X", "Il manque l’argument ÉTAPE (voir « jalon advance --help »)."),
        (
            "call open 2021 --opens 2020-11-25",
            "Il manque l’option --closes (voir « jalon call open --help »).",
        ),
        ("zorglub", "La commande « zorglub » n’existe pas (voir « jalon --help »)."),
        (
            "obligation list",
            "La commande « obligation » n’existe pas ; proche : obligations (voir « jalon --help »).",
        ),
        (
            "file opnion",
            "La commande « opnion » n’existe pas ; proche : opinion (voir « jalon file --help »).",
        ),
        ("call list --zz", "L’option --zz n’existe pas (voir « jalon call list --help »)."),
        (
            "call list --jso",
            "L’option --jso n’existe pas ; proche : --json (voir « jalon call list --help »).",
        ),
        ("call list a b", "« a b » est de trop (voir « jalon call list --help »)."),
        ("call list --contract", "L’option --contract attend une valeur."),
        ("call list --json=3", "L’option --json n’a pas de valeur."),
        (
            "call open abc --opens 2020-11-25 --closes 2021-01-04",
            RANGE,
        ),
        (
            "call open 20 --opens 2020-11-25 --closes 2021-01-04",
            RANGE,
        ),
        (
            f"grant report {REF} bilan",
            CHOICE,
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_exits_2(run: Run, typed: str, said: str) -> None:
    assert run(*typed.split()) == (2, "", f"{said}\n")


@pytest.mark.parametrize("typed", ["", "call", "file", "grant", "obligations", "flow"])
def test_without_a_command_a_group_shows_its_help_and_exits_2(run: Run, typed: str) -> None:
    code, out, err = run(*typed.split())

    assert (code, out) == (2, "")
    assert err.startswith(f"Usage : jalon{f' {typed}' if typed else ''} [options] COMMANDE …")


@pytest.mark.parametrize("part", ["", *PARTS])
def test_every_help_page_is_in_french(run: Run, part: str) -> None:
    code, out, err = run(*filter(None, [part]), "--help")

    assert (code, err) == (0, "")
    assert out.startswith("Usage : jalon")
    for english in (
        "Show this",
        "Options:",
        "Commands",
        "[required]",
        "default",
        "completion",
        "<",
    ):
        assert english not in out
    assert "{" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_help_of_each_command_below_a_group_is_in_french(run: Run) -> None:
    for typed in ("file opinion", "grant report", "call open", "obligations list", "audit verify"):
        out = run(*typed.split(), "--help")[1]
        assert out.startswith(f"Usage : jalon {typed} [options]")
        assert "Afficher cette aide." in out
        assert "<" not in out


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("zorglub", "JALON_DATABASE_URL n’est pas l’adresse d’une base"),
        ("mongo://ici/la", "JALON_DATABASE_URL n’est pas l’adresse d’une base"),
        ("mysql://ici/la", "JALON_DATABASE_URL demande un pilote absent (MySQLdb)"),
        ("postgresql://postgres@127.0.0.1:1/jalon", "La base de données ne répond pas"),
    ],
)
@pytest.mark.parametrize("typed", ["call list", "init"])
def test_a_database_out_of_reach_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str, said: str, typed: str
) -> None:
    monkeypatch.setenv("JALON_DATABASE_URL", url)

    code, out, err = run(*typed.split())

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("/proc/rien/jalon.sqlite3", "« /proc/rien » ne peut pas être lu ou écrit (introuvable)"),
        ("/proc/jalon.sqlite3", "La base de données ne répond pas"),
        ("/dev/null/jalon.sqlite3", "« /dev/null » ne peut pas être lu ou écrit"),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, place: str, said: str
) -> None:
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{place}")

    code, out, err = run("init")

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "typed",
    [
        "call list",
        "status",
        "obligations list",
        "reminders preview",
        "audit verify",
        "flow run compose-digests",
        f"advance {REF} award",
        "outbox list",
        "simulate --from 2021-01-01 --to 2021-01-02",
    ],
)
def test_a_database_not_initialised_says_what_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{tmp_path / 'vide.sqlite3'}")

    code, out, err = run(*typed.split())

    assert (code, out) == (1, "")
    assert "« jalon init »" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("given", ["hier", "2021-02-30", "31/02/2021", "0001-01-01", "9999-12-31"])
def test_a_moment_that_is_none_is_refused_wherever_it_was_given(
    run: Run, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    said = f"« {given} » n’est pas une date : écrivez par exemple 2021-06-23 ou 2021-06-23T08:00.\n"
    assert run("obligations", "list", "--at", given) == (1, "", said)

    monkeypatch.setenv("JALON_NOW", given)
    assert run("obligations", "list") == (1, "", f"JALON_NOW : {said}")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2021-06-23", "23/06/2021"),
        ("23/06/2021", "23/06/2021"),
        ("2021-06-23T23:30", "23/06/2021"),
        ("2021-06-23T22:30:00Z", "24/06/2021"),  # past midnight in Paris
        ("2021-06-23T23:30+02:00", "23/06/2021"),
    ],
)
def test_the_date_is_that_of_jalon_now_then_of_the_option(
    run: Run, monkeypatch: pytest.MonkeyPatch, given: str, shown: str
) -> None:
    monkeypatch.setenv("JALON_NOW", given)
    assert run("obligations", "list")[1].startswith(f"Échéances au {shown} : 0")
    assert run("obligations", "list", "--at", "2021-07-01")[1].startswith("Échéances au 01/07/2021")


def test_the_contract_is_that_of_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_CONTRACT", "ZZ999")
    assert run("call", "list") == (1, "", "Le contrat de ville « ZZ999 » n’existe pas ici.\n")
    assert run("call", "list", "--contract", "CV112")[0] == 0


def test_what_is_unforeseen_is_said_without_a_traceback_unless_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_anything: object) -> None:
        raise KeyError("zut")

    monkeypatch.setattr("cli.call.list_calls", broken)
    monkeypatch.delenv("JALON_LOG_LEVEL", raising=False)

    code, _out, err = run("call", "list")
    assert code == 1
    assert err.startswith("Erreur imprévue (KeyError : 'zut')")
    assert err.count("\n") == 1

    monkeypatch.setenv("JALON_LOG_LEVEL", "DEBUG")
    assert "Traceback" in run("call", "list")[2]


def test_ctrl_c_and_an_end_of_input_are_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_anything: object) -> None:
        raise KeyboardInterrupt

    def ended(*_anything: object) -> None:
        raise EOFError

    monkeypatch.setattr("cli.call.list_calls", interrupted)
    assert run("call", "list") == (130, "", "")
    monkeypatch.setattr("cli.call.list_calls", ended)
    code, _out, err = run("call", "list")
    assert (code, err.strip()) == (1, "Interrompu.")


@pytest.mark.parametrize(
    "typed",
    [
        "call list",
        "status",
        "applications list",
        f"applications show {REF}",
        "obligations list",
        "obligations list --late",
        "reminders preview",
        "outbox list",
        "people list",
        "audit verify",
        "flow run watch-deadlines",
        "flow run compose-digests",
        f"advance {REF} start_reporting --at 2022-01-03 --dry-run",
    ],
)
def test_json_is_json(run: Run, season: str, typed: str) -> None:
    code, out, err = run(*typed.split(), "--json")

    assert (code, err) == (0, "")
    assert json.loads(out)


def test_an_error_of_the_system_without_a_file_is_still_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert failures.report(OSError(28, "No space left on device")) == 1
    assert capsys.readouterr().err == "Le système refuse : le disque est plein.\n"
    assert failures.report(OSError("pas de numéro")) == 1
    assert capsys.readouterr().err == "Le système refuse : pas de numéro.\n"


def test_words_of_typer_that_we_do_not_know_are_passed_on() -> None:
    class Strange(Exception):
        message = "Something else."
        ctx = None

    assert wording.wrong_usage(Strange()) == "Something else."


def test_help_imports_nothing_heavy() -> None:
    """In a process of its own, for this one has imported everything."""
    import subprocess

    heavy = ("sqlalchemy", "pydantic", "yaml", "babel", "jinja2", "holidays", "alembic", "rich",
             "aiosmtplib", "aiosmtpd", "prefect", "apscheduler", "fastapi", "models.errors")  # fmt: skip
    code = (
        "import sys\nfrom cli.main import main\nsys.argv = ['jalon', '--help']\nmain()\n"
        f"sys.exit(', '.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "obligations" in ended.stdout
