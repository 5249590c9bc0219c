"""The documents, and what they show: fenced blocks, commands, the walk-through of README."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.rules.code import ROOT

DOCUMENTS = sorted(
    (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("requirements/*.md"))
)
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
INLINE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_FAILS = ' || echo "exit $?"'


def name_of(path: Path) -> str:
    """The path from the root, as documents write it."""
    return path.relative_to(ROOT).as_posix()


def fences(path: Path, *languages: str) -> list[str]:
    """The fenced blocks in one of these languages."""
    found = _FENCE.findall(path.read_text(encoding="utf-8"))
    return [body for language, body in found if language in languages]


def prose(path: Path) -> str:
    """A document without its fenced blocks."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


class Command(NamedTuple):
    """A `jalon` command that a document shows, in a block or in a sentence."""

    document: str
    text: str


def commands() -> Iterator[Command]:
    """Every `jalon` command of every document."""
    for path in DOCUMENTS:
        lines = [line for body in fences(path, "console", "sh") for line in _lines(body)]
        typed = [line.removeprefix("$ ") for line in lines]
        for text in (*typed, *INLINE.findall(prose(path))):
            if text.startswith("jalon "):
                yield Command(name_of(path), text.removesuffix(_FAILS))


class Typed(NamedTuple):
    """A line of the walk-through: what is typed, whether it must fail, what it shows."""

    text: str
    fails: bool
    shows: list[str]


def walk_through() -> list[Typed]:
    """What README types at a prompt, in order."""
    typed: list[Typed] = []
    for line in (line for body in fences(ROOT / "README.md", "console") for line in _lines(body)):
        if line.startswith("$ "):
            text = line.removeprefix("$ ")
            typed.append(Typed(text.removesuffix(_FAILS), text.endswith(_FAILS), []))
        else:
            typed[-1].shows.append(line)
    return typed


def _lines(body: str) -> list[str]:
    return body.replace("\\\n", " ").splitlines()
