"""The ways Jalon says no. What a person reads is in the exception, whole sentences, in their words."""

from collections.abc import Sequence
from dataclasses import dataclass


class JalonError(Exception):
    """Anything Jalon refuses or cannot do; `str()` of it is fit for a person to read."""


class NotFound(JalonError):
    """What was named does not exist (or not for this person)."""


class Conflict(JalonError):
    """Someone else changed the same thing first; read it again, then decide."""


class Unavailable(JalonError):
    """Something outside (the database, the relay, a file) does not answer; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal: a stable code, a sentence, and who can lift it (a role's label)."""

    code: str
    text: str
    fixed_by: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.fixed_by})" if self.fixed_by else self.text


class Refused(JalonError):
    """A move that the rules do not allow now; `reasons` holds every one of them, never only the first."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ; ".join(map(str, self.reasons)))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in what came in: where it stands, what was found, expected, and what to do.

    `line` and `column` are what a person sees in their editor or spreadsheet
    (lines from 1; the column is a header, a letter or a field path).
    """

    text: str
    file: str = ""
    line: int | None = None
    column: str = ""

    def __str__(self) -> str:
        where = [self.file] if self.file else []
        if self.line is not None:
            where.append(f"ligne {self.line}")
        if self.column:
            where.append(f"colonne « {self.column} »")
        return f"{', '.join(where)} : {self.text}" if where else self.text


class BadInput(JalonError):
    """A file, a field or an option that cannot be taken; `problems` names each; nothing was changed."""

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = [Problem(problems)]
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
