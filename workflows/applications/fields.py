"""How the cell of each column is read, and where its value stands on a draft."""

from collections.abc import Callable, Mapping
from typing import Any

from config.i18n import gettext as _
from workflows.applications import dauphin, identifying, moments, parsing
from workflows.applications.cellwise import Unreadable, is_blank
from workflows.applications.columns import COLUMNS, Profile, Use
from workflows.applications.faults import Faults
from workflows.applications.layout import Layout
from workflows.applications.reading import Row
from workflows.submission import Draft
from workflows.workbook import Cell

Reader = Callable[[Cell], Any]

_BOTH: dict[str, Reader] = {
    "fiche": identifying.fiche_number,
    "title": parsing.text(400),
    "summary": parsing.text(20_000),
    "applicant": parsing.text(400),
    "siret": identifying.siret,
    "rna": identifying.rna,
    "contact": parsing.text(400),
    "email": identifying.email,
    "received_at": moments.instant,
    "starts_on": moments.day,
    "ends_on": moments.day,
    "financial_year_ends_on": moments.day,
    "charges": parsing.amount,
    "resources": parsing.amount,
    "prior_report_on": moments.day,
    "years": parsing.years,
    "qpvs": identifying.codes,
    "late_reason": parsing.text(2_000),
    "funder": parsing.text(200),
    "asked": parsing.amount,
    "comment": parsing.text(4_000),
}
READERS: dict[Profile, Mapping[str, Reader]] = {
    Profile.OWN: _BOTH | {"reference": parsing.text(40), "renewal": parsing.yes_no},
    Profile.DAUPHIN: _BOTH
    | {
        "reference": dauphin.action_code,
        "budget_year": dauphin.budget_year,
        "renewal": dauphin.renewal,
        "status": dauphin.stage,
        "voted": parsing.amount,
        "decided_on": moments.day,
        "opinion": dauphin.opinion,
        "proposed": parsing.amount,
    },
    Profile.PAYMENTS: {
        "application": parsing.text(40),
        "funder": parsing.text(200),
        "amount": parsing.amount,
        "paid_on": moments.day,
        "payment": parsing.text(100),
        "kind": identifying.payment_kind,
    },
}
_ATTRIBUTES = {"applicant": "applicant_name", "contact": "contact_name", "email": "contact_email"}


class CellReader:
    """Reads the cells of one file: a bad one is noted under its line and its column's own title."""

    def __init__(self, layout: Layout, faults: Faults) -> None:
        self.layout, self.faults = layout, faults
        self._readers = READERS[layout.profile]
        columns = COLUMNS[layout.profile]
        self.required = frozenset(c.field for c in columns if c.required)
        self.of_application = tuple(
            c.field
            for c in columns
            if c.use is Use.APPLICATION and c.field in layout.places and c.field != "reference"
        )

    def raw(self, row: Row, field: str) -> Cell | None:
        """The cell as it is; None when blank or when the file has no such column. Raises nothing."""
        place = self.layout.places.get(field)
        cell = None if place is None or place >= len(row.cells) else row.cells[place]
        return None if is_blank(cell) else cell

    def value(self, row: Row, field: str, *, required: bool = True) -> Any:
        """What the cell says; None when it is blank or bad, which is noted. Raises nothing."""
        cell = self.raw(row, field)
        if cell is None:
            if required and field in self.required:
                self.note(row.line, field, _("cellule vide ; elle doit être remplie."))
            return None
        try:
            return self._readers[field](cell)
        except Unreadable as error:
            self.note(row.line, field, str(error))
            return None

    def note(self, line: int, field: str, text: str) -> None:
        """Note a problem in the column of `field`; raises nothing."""
        self.faults.problem(text, line, self.layout.header(field))

    def warn(self, line: int, field: str, text: str) -> None:
        """Note a warning in the column of `field`; raises nothing."""
        self.faults.warn(text, line, self.layout.header(field))


def said_by(draft: Draft, field: str, budget_year: int) -> Any:
    """What a draft holds for a field of the application, as its reader gives it; raises nothing."""
    if field == "fiche":
        return draft.fiche.number
    if field == "qpvs":
        return tuple(qpv.code.upper() for qpv in draft.qpvs)
    if field == "budget_year":
        return budget_year
    return getattr(draft, _ATTRIBUTES.get(field, field))
