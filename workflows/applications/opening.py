"""An application's own cells: the draft that its first line makes, and whether the next ones agree."""

from datetime import date
from decimal import Decimal
from typing import Any

from config.i18n import gettext as _
from models import Fiche, Qpv
from workflows.applications.cellwise import Unreadable
from workflows.applications.fields import CellReader, said_by
from workflows.applications.ground import Ground
from workflows.applications.reading import Row
from workflows.submission import Draft

UNSAID = Decimal(0)  # a budget that the file does not give


def open_draft(cells: CellReader, ground: Ground, row: Row, reference: str | None) -> Draft | None:
    """The draft of a first line; None, and the reasons noted, when it makes none. Raises nothing."""
    before = cells.faults.count
    said = {field: cells.value(row, field) for field in cells.of_application}
    fiche = _fiche(cells, ground, row.line, said["fiche"])
    qpvs = _qpvs(cells, ground, row.line, said)
    _check_together(cells, ground, row, said)
    if cells.faults.count > before or reference is None or fiche is None:
        return None
    return _draft_of(said, fiche, qpvs, reference)


def _draft_of(said: dict[str, Any], fiche: Fiche, qpvs: tuple[Qpv, ...], reference: str) -> Draft:
    charges, resources = _budget(said)
    return Draft(
        title=said["title"],
        fiche=fiche,
        applicant_name=said.get("applicant") or "",
        asked={},
        starts_on=said["starts_on"],
        ends_on=said["ends_on"],
        charges=charges,
        resources=resources,
        received_at=said["received_at"],
        siret=said.get("siret") or "",
        rna=said.get("rna") or "",
        contact_name=said.get("contact") or "",
        contact_email=said.get("email") or "",
        summary=said.get("summary") or "",
        external_reference=reference,
        renewal=bool(said.get("renewal")),
        prior_report_on=said.get("prior_report_on"),
        late_reason=said.get("late_reason") or "",
        financial_year_ends_on=said.get("financial_year_ends_on"),
        years=said.get("years") or 1,
        qpvs=qpvs,
    )


def _budget(said: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """Charges and resources; one stands for both when the other is not said."""
    charges: Decimal | None = said.get("charges")
    resources: Decimal | None = said.get("resources")
    if charges is None:
        charges = UNSAID if resources is None else resources
    return charges, charges if resources is None else resources


def check_agreement(
    cells: CellReader, ground: Ground, row: Row, draft: Draft, first_line: int, before: Row | None
) -> None:
    """Note each cell that says otherwise than the application's first line; raises nothing.

    `before` is the line just above, when it is of the same application: what it repeats was read.
    """
    for field in cells.of_application:
        cell = cells.raw(row, field)
        if cell is None or (before is not None and cells.raw(before, field) == cell):
            continue
        faults = cells.faults.count
        value = cells.value(row, field)
        if cells.faults.count == faults and value != said_by(draft, field, ground.call.year):
            said = _("ce dossier a une autre valeur à la ligne {line} : elles doivent être égales.")
            cells.note(row.line, field, said.format(line=first_line))


def _fiche(cells: CellReader, ground: Ground, line: int, number: str | None) -> Fiche | None:
    if number is None:
        return None
    try:
        return ground.fiche(number)
    except Unreadable as error:
        cells.note(line, "fiche", str(error))
        return None


def _qpvs(cells: CellReader, ground: Ground, line: int, said: dict[str, Any]) -> tuple[Qpv, ...]:
    codes, starts_on = said.get("qpvs"), said["starts_on"]
    if not codes or not isinstance(starts_on, date):
        return ()
    found = []
    for code in codes:
        try:
            found.append(ground.qpv(code, starts_on))
        except Unreadable as error:
            cells.note(line, "qpvs", str(error))
    return tuple(found)


def _check_together(cells: CellReader, ground: Ground, row: Row, said: dict[str, Any]) -> None:
    """What the cells of one line must have in common."""
    starts_on, ends_on, year = said["starts_on"], said["ends_on"], said.get("budget_year")
    if starts_on and ends_on and ends_on < starts_on:
        text = _("l’action finit le {ends}, avant son début le {starts} : vérifiez les deux dates.")
        text = text.format(ends=f"{ends_on:%d/%m/%Y}", starts=f"{starts_on:%d/%m/%Y}")
        cells.note(row.line, "ends_on", text)
    if year and year != ground.call.year:
        text = _("exercice {found}, alors que l’appel est celui de {year}.")
        cells.note(row.line, "budget_year", text.format(found=year, year=ground.call.year))
    if "siret" not in cells.required and not (cells.raw(row, "siret") or cells.raw(row, "rna")):
        field = "siret" if "siret" in cells.layout.places else "rna"
        cells.note(row.line, field, _("le porteur n’a ni SIRET ni RNA ; indiquez l’un des deux."))
    if said.get("contact") and not said.get("email"):
        cells.warn(
            row.line, "contact", _("contact non repris : il n’a pas d’adresse électronique.")
        )
