"""The reference organisations (pilots, usual funders), and how a spelling leads to one of them."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.i18n import gettext as _
from config.yaml_source import load_yaml

FILE = Path(__file__).with_name("organisations.yaml")
_SPACES = re.compile(r"\s+")


def spelling_key(text: str) -> str:
    """What two spellings share when only case, accents, spaces or apostrophes tell them apart."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _SPACES.sub(" ", plain.casefold().replace("’", "'")).strip()


class Reference(BaseModel):
    """One organisation of `organisations.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=400)
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    typing_errors: tuple[str, ...] = ()
    funder: bool = False


class Known(NamedTuple):
    """The organisation a spelling stands for, and why."""

    name: str
    kind: Literal["name", "alias", "typing_error"]


class Directory:
    """Every spelling known for a contract; unknown ones are for the caller to report.

    Raises ValueError when a spelling stands for two organisations.
    """

    def __init__(self, references: Iterable[Reference]) -> None:
        self.references = {reference.name: reference for reference in references}
        self._known: dict[str, Known] = {}
        for reference in self.references.values():
            self._add(reference.name, Known(reference.name, "name"))
        for reference in self.references.values():
            for spelling in reference.aliases:
                self._add(spelling, Known(reference.name, "alias"))
            for spelling in reference.typing_errors:
                self._add(spelling, Known(reference.name, "typing_error"))

    def _add(self, spelling: str, known: Known) -> None:
        before = self._known.setdefault(spelling_key(spelling), known)
        if before.name != known.name:
            text = _("« {spelling} » désigne à la fois {one} et {other}.")
            raise ValueError(text.format(spelling=spelling, one=before.name, other=known.name))

    def find(self, spelling: str) -> Known | None:
        """The organisation `spelling` stands for, or None."""
        return self._known.get(spelling_key(spelling))

    def suggestions(self, spelling: str) -> list[str]:
        """Names close to an unknown spelling, the closest first."""
        from difflib import get_close_matches

        close = get_close_matches(spelling_key(spelling)[:200], self._known, n=3, cutoff=0.6)
        return list(dict.fromkeys(self._known[key].name for key in close))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    organisations: list[Reference]

    @model_validator(mode="after")
    def _parents_exist(self) -> "_File":
        names = [reference.name for reference in self.organisations]
        if len(set(names)) < len(names):
            raise ValueError(_("une organisation figure deux fois dans la liste."))
        if strays := {r.parent for r in self.organisations if r.parent} - set(names):
            text = _("organisations de rattachement inconnues : {names}.")
            raise ValueError(text.format(names=", ".join(sorted(strays))))
        Directory(self.organisations)
        return self


@lru_cache
def shipped_references(path: Path = FILE) -> tuple[Reference, ...]:
    """The organisations that ship with Jalon. Raises ConfigError when the file contradicts itself."""
    return tuple(load_yaml(path, _File).organisations)


@lru_cache
def shipped_directory() -> Directory:
    """The directory of the organisations that ship with Jalon."""
    return Directory(shipped_references())
