"""Lines of a file put together into drafts: one application is one line or several, one per funder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from config.i18n import gettext as _
from workflows.applications.cellwise import is_blank, shown
from workflows.applications.dauphin import Stage
from workflows.applications.faults import Faults
from workflows.applications.fields import CellReader
from workflows.applications.funding import add_funder, check_funder
from workflows.applications.ground import Ground
from workflows.applications.layout import Layout
from workflows.applications.opening import UNSAID, check_agreement, open_draft
from workflows.applications.reading import Row, read_lines
from workflows.applications.titles import take_titles
from workflows.submission import Draft

Progress = Callable[[int, int], None]
_EVERY = 500


@dataclass(slots=True)
class Filed:
    """An application of the file: its first line, its draft (None when it cannot be one), its lines."""

    line: int
    draft: Draft | None
    lines: int = 0
    flawed: bool = False  # something is wrong in one of its cells
    stages: list[Stage] = field(default_factory=list)  # of a DAUPHIN extract


@dataclass(frozen=True, slots=True)
class FileRead:
    """A whole file, read: its columns, its applications by reference, and what was left out."""

    layout: Layout
    filed: dict[str, Filed]
    lines: int
    skipped_drafts: int


def read_file(
    path: Path, ground: Ground, faults: Faults, today: date, progress: Progress | None = None
) -> FileRead:
    """Every application of the file at `path`; what is wrong in a cell is noted in `faults`.

    Raises `BadInput` when it cannot be read at all, or its columns are not those expected.
    """
    rows = read_lines(path, faults)
    intake = Intake(take_titles(rows, faults), ground, faults, today)
    for row in rows:
        intake.take(row)
        if progress and intake.lines % _EVERY == 0:
            progress(intake.lines, 0)
    return intake.finish()


class Intake:
    """Takes the lines one by one; a line joins the application of its reference."""

    def __init__(self, layout: Layout, ground: Ground, faults: Faults, today: date) -> None:
        self.layout, self.ground, self.faults, self.today = layout, ground, faults, today
        self.cells = CellReader(layout, faults)
        self.filed: dict[str, Filed] = {}
        self.unsent: dict[str, int] = {}  # drafts in DAUPHIN: reference, first line
        self.lines = 0
        self._above: tuple[Filed, Row] | None = None

    def take(self, row: Row) -> None:
        """One line: a new application, or one more funder of one already met. Raises nothing."""
        self.lines += 1
        faults = self.faults.count
        self._check_width(row)
        reference = self.cells.value(row, "reference")
        stage = self.cells.value(row, "status") if "status" in self.layout.places else None
        if stage is Stage.DRAFT and reference is not None:
            self.unsent.setdefault(reference, row.line)
            return
        filed = self._filed(row, reference)
        filed.lines += 1
        self._above = (filed, row)
        if stage is not None:
            filed.stages.append(stage)
        if filed.draft is None:
            check_funder(self.cells, self.ground, row)
        else:
            add_funder(self.cells, self.ground, row, filed.draft, stage, self.today)
        filed.flawed = filed.flawed or self.faults.count > faults

    def finish(self) -> FileRead:
        """What was read, once the last line is in; raises nothing."""
        for reference, line in self.unsent.items():
            if reference in self.filed:
                said = _("ligne non reprise : elle est encore en cours de saisie dans DAUPHIN.")
                self.cells.warn(line, "status", said)
        self._fill_budgets()
        skipped = len(self.unsent.keys() - self.filed.keys())
        return FileRead(self.layout, self.filed, self.lines, skipped)

    def _filed(self, row: Row, reference: str | None) -> Filed:
        """The application that the line is of: the one met before, or a new one."""
        known = self.filed.get(reference) if reference else None
        if known is None:
            known = Filed(row.line, open_draft(self.cells, self.ground, row, reference))
            if reference is not None:
                self.filed[reference] = known
        elif known.draft is not None:
            above = self._above[1] if self._above and self._above[0] is known else None
            check_agreement(self.cells, self.ground, row, known.draft, known.line, above)
        return known

    def _check_width(self, row: Row) -> None:
        beyond = [cell for cell in row.cells[self.layout.width :] if not is_blank(cell)]
        if beyond:
            said = _("cellule en trop, sans titre de colonne : « {text} ».")
            self.faults.problem(said.format(text=shown(beyond[0])), row.line)

    def _fill_budgets(self) -> None:
        """A DAUPHIN extract may give no budget: it is then what is asked, and a warning says so."""
        unsaid = [f for f in self.filed.values() if f.draft and f.draft.charges == UNSAID]
        if "status" not in self.layout.places or not unsaid:
            return
        for filed in unsaid:
            if filed.draft:
                filed.draft.charges = filed.draft.resources = filed.draft.requested
        said = _(
            "{count} dossiers sans budget : charges et produits sont tenus pour égaux au total"
            " demandé. Ajoutez les colonnes « totalCharges » et « totalProduits » pour le dire."
        )
        self.faults.warn(said.format(count=len(unsaid)))
