"""How an unusable setting or policy says so: file, line, field, and what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing wrong in a configuration file or an environment variable (lines count from 1)."""

    text: str
    file: str = ""
    line: int | None = None
    field: str = ""

    def __str__(self) -> str:
        where = [self.file] if self.file else []
        if self.line is not None:
            where.append(_("ligne {line}").format(line=self.line))
        if self.field:
            where.append(_("champ « {field} »").format(field=self.field))
        return f"{', '.join(where)} : {self.text}" if where else self.text


class ConfigError(Exception):
    """Jalon cannot start with what it was given to read; `problems` names every fault found."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
