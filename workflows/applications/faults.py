"""What is wrong in a file of applications, gathered so that a person reads it all at once."""

from dataclasses import dataclass, field

from config.i18n import gettext as _
from models.errors import BadInput, Problem

MOST_LISTED = 200


@dataclass(slots=True)
class Faults:
    """The problems of one file (a first part of them, and how many there are), and its warnings."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    warnings: list[Problem] = field(default_factory=list)

    def problem(self, text: str, line: int | None = None, column: str = "") -> None:
        """Note what makes the file unusable; raises nothing."""
        self.count += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(Problem(text, self.file, line, column))

    def warn(self, text: str, line: int | None = None, column: str = "") -> None:
        """Note what a person should know of, though it stops nothing; raises nothing."""
        self.warnings.append(Problem(text, self.file, line, column))

    def stop_if_bad(self) -> None:
        """Raises BadInput with the problems noted so far, in the order of the lines."""
        if not self.count:
            return
        listed = sorted(self.problems, key=lambda p: (p.line is None, p.line or 0))
        if more := self.count - len(listed):
            said = _("et {more} autres problèmes. Rien n’a été importé.")
            listed.append(Problem(said.format(more=more), self.file))
        raise BadInput(listed)
