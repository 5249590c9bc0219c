"""What a reading of a catalogue finds: problems (it cannot be taken) and oddities (it can)."""

from dataclasses import dataclass, field
from typing import NamedTuple

from config.i18n import gettext as _
from models.errors import BadInput, Problem

MOST_PROBLEMS = 200  # more only say that the file is not what it should be


class Oddity(NamedTuple):
    """Something odd that was understood all the same; nothing is dropped without one of these."""

    code: str
    line: int | None
    text: str


@dataclass
class Findings:
    """Problems and oddities of one file, gathered so that a person reads them all at once.

    Problems beyond `MOST_PROBLEMS` are counted, not kept.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    oddities: list[Oddity] = field(default_factory=list)

    def problem(self, text: str, line: int | None = None, column: str = "") -> None:
        """Note what makes the file unusable."""
        self.count += 1
        if self.count <= MOST_PROBLEMS:
            self.problems.append(Problem(text, file=self.file, line=line, column=column))

    def oddity(self, code: str, line: int | None, text: str) -> None:
        """Note what was odd."""
        self.oddities.append(Oddity(code, line, text))

    def stop_if_bad(self) -> None:
        """Raises BadInput with every problem noted so far, in the order of the lines."""
        if not self.problems:
            return
        told = sorted(self.problems, key=lambda p: (p.line is None, p.line or 0))
        if more := self.count - len(told):
            told.append(Problem(_("et {more} autres problèmes.").format(more=more), file=self.file))
        raise BadInput(told)
