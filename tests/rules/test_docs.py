"""What the documents say is so: pictures, written pages, commands, options, files, sizes."""

import re
import runpy
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.flow import NAMES
from cli.main import PARTS
from tests.rules.code import ROOT
from tests.rules.documents import (
    DOCUMENTS,
    INLINE,
    RECORDS,
    Command,
    commands,
    fences,
    name_of,
    prose,
)
from workflows.applications.columns import COLUMNS, Use
from workflows.diagram import mermaid

LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
PATH = re.compile(
    r"(?:config|models|notifications|workflows|cli|tests|bench|docs|deploy)/[\w./*-]+"
)
NAME_IN_FILE = re.compile(r"`(\w+)(?:\(\))?`,? (?:in|of) `([\w/]+\.py)`")
RECORD_PARTS = ("**Context.**", "**Decision.**", "**Consequences.**", "**Not chosen.**")


@pytest.mark.parametrize("document", ["README.md", "docs/lifecycle.md"])
def test_the_picture_is_the_engines(document: str) -> None:
    assert fences(ROOT / document, "mermaid") == [f"{mermaid()}\n"]


@pytest.mark.parametrize("page", ["lifecycle", "columns"])
def test_written_pages_are_up_to_date(page: str) -> None:
    written = runpy.run_path(str(ROOT / "docs" / f"write_{page}.py"))["page"]()
    said = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert said == written, f"run: python docs/write_{page}.py"


def test_every_column_is_described_and_no_other() -> None:
    meanings = runpy.run_path(str(ROOT / "docs" / "write_columns.py"))["MEANINGS"]
    for profile, columns in COLUMNS.items():
        read = {column.field for column in columns if column.use is not Use.SHOWN}
        assert read == meanings[profile].keys()


@pytest.mark.parametrize("shown", list(dict.fromkeys(commands())), ids=lambda shown: shown.text)
def test_each_command_shown_can_be_typed(shown: Command) -> None:
    assert fault(shown.text) is None, shown.document


def fault(text: str) -> str | None:
    """What is wrong with a command as it stands in a document; None when it can be typed."""
    words = shlex.split(text, comments=True)[1:]
    if words == ["--help"]:
        return None
    if words[0] not in PARTS:
        return "no such command"
    command: Any = typer.main.get_command(import_module(PARTS[words[0]].module).app)
    words = words[1:]
    if subcommands := getattr(command, "commands", None):
        if not words:
            return None  # the group itself is named
        if words[0] not in subcommands:
            return f"its commands are {sorted(subcommands)}"
        command, words = subcommands[words[0]], words[1:]
    return fault_in_arguments(command, words)


def fault_in_arguments(command: Any, words: list[str]) -> str | None:
    options = {name: o for o in command.params for name in (*o.opts, *o.secondary_opts)}
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    given, rest = 0, iter(words)
    for word in rest:
        if not word.startswith("-"):
            given += 1
        elif word not in options and word != "--help":
            return f"no option {word}"
        elif word in options and not options[word].is_flag:
            next(rest, None)
    return "too many arguments" if given > len(arguments) else None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("jalon nothing", True),
        ("jalon call nothing", True),
        ("jalon call list 2021", True),
        ("jalon status --nothing", True),
        ("jalon status --by fiche # why", False),
        ("jalon outbox", False),
    ],
)
def test_a_wrong_command_would_be_seen(text: str, wrong: bool) -> None:
    assert bool(fault(text)) is wrong


def test_readme_shows_every_command() -> None:
    shown = {found.text.split()[1] for found in commands() if found.document == "README.md"}
    assert PARTS.keys() - shown == set()


def test_readme_shows_every_flow() -> None:
    shown = {found.text for found in commands() if found.document == "README.md"}
    missing = [
        name for name in NAMES if not any(f"jalon flow run {name}" in text for text in shown)
    ]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    linked = [path.parent / link for link in LINK.findall(text)]
    named = [ROOT / found for code in INLINE.findall(text) for found in PATH.findall(code)]
    missing = [found for found in (*linked, *named) if not list(ROOT.glob(_pattern(found)))]
    assert missing == []


def _pattern(found: Path) -> str:
    return found.resolve().relative_to(ROOT).as_posix().rstrip(".")


def test_names_stand_in_the_files_named() -> None:
    told = {pair for path in DOCUMENTS for pair in NAME_IN_FILE.findall(prose(path))}
    assert len(told) > 20
    elsewhere = {
        f"{name} in {file}"
        for name, file in told
        if not re.search(rf"\b{name}\b", (ROOT / file).read_text(encoding="utf-8"))
    }
    assert elsewhere == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_make_targets_named_exist(path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    codes = [*INLINE.findall(path.read_text(encoding="utf-8")), *fences(path, "console", "sh")]
    named = {target for code in codes for target in re.findall(r"\bmake ([a-z-]+)", code)}
    assert named - set(targets) == set()


def test_documents_stay_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in DOCUMENTS}
    assert lengths[ROOT / "ARCHITECTURE.md"] <= 100
    assert {name_of(path) for path in RECORDS if lengths[path] > 45} == set()


@pytest.mark.parametrize("path", RECORDS, ids=name_of)
def test_a_record_has_its_number_and_its_four_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(path.name[:4])}. ")
    places = [text.find(part) for part in RECORD_PARTS]
    assert -1 not in places
    assert places == sorted(places)


def test_no_two_records_share_a_number() -> None:
    assert len({record.name[:4] for record in RECORDS}) == len(RECORDS) > 0


def test_requirement_files_hold_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"://|--(?:extra-)?index", path.read_text(encoding="utf-8")), path.name
