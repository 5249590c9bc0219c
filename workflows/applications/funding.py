"""What a line of a file says of one funder: what is asked, and what DAUPHIN knows of the decision."""

from datetime import date
from decimal import Decimal

from config.i18n import gettext as _
from models.vocabulary import LineStatus
from workflows.applications.cellwise import Unreadable
from workflows.applications.dauphin import VOTED, Stage, line_status, voted_amount
from workflows.applications.fields import CellReader
from workflows.applications.ground import Ground
from workflows.applications.reading import Row
from workflows.submission import Decision, Draft


def add_funder(
    cells: CellReader, ground: Ground, row: Row, draft: Draft, stage: Stage | None, today: date
) -> None:
    """Add the line's funder to `draft`; what is wrong with it is noted. Raises nothing."""
    asked = cells.value(row, "asked")
    funder = _funder(cells, ground, row)
    if funder in draft.asked:
        said = _("« {name} » est déjà nommé plus haut pour ce dossier : une ligne par financeur.")
        cells.note(row.line, "funder", said.format(name=ground.funders.names[funder]))
        return
    if comment := cells.value(row, "comment"):
        draft.comments[funder] = comment
    draft.asked[funder] = Decimal(0) if asked is None else asked
    if stage is not None:
        draft.decisions[funder] = _decision(cells, row, stage, today)


def check_funder(cells: CellReader, ground: Ground, row: Row) -> None:
    """Note what is wrong with the funder of a line whose application is wrong; raises nothing."""
    cells.value(row, "asked")
    _funder(cells, ground, row)


def _funder(cells: CellReader, ground: Ground, row: Row) -> int:
    spelling = cells.value(row, "funder")
    if spelling is None:
        return -row.line  # noted; no other line has this one
    try:
        return ground.funder(spelling)
    except Unreadable as error:
        cells.note(row.line, "funder", str(error))
        return -row.line


def _decision(cells: CellReader, row: Row, stage: Stage, today: date) -> Decision:
    voted, decided_on = cells.value(row, "voted"), cells.value(row, "decided_on")
    status = line_status(stage)
    try:
        amount = voted_amount(stage, voted)
    except Unreadable as error:
        cells.note(row.line, "voted", str(error))
        amount = None
    if stage in VOTED and decided_on is None and cells.raw(row, "decided_on") is None:
        cells.note(
            row.line, "decided_on", _("date absente, pour une ligne votée ; attendu : sa date.")
        )
    if status is LineStatus.PENDING:
        if voted:
            cells.warn(row.line, "voted", _("montant non repris : la ligne n’est pas votée."))
        decided_on = None
    elif decided_on is None and stage not in VOTED:
        decided_on = today
        said = _("aucune date de décision : la ligne est tenue pour refusée le {day}.")
        cells.warn(row.line, "decided_on", said.format(day=f"{today:%d/%m/%Y}"))
    return Decision(
        status, amount, decided_on, cells.value(row, "opinion"), cells.value(row, "proposed")
    )
