"""A file of payments brought in: all of it, or nothing and every reason why not."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Call, FunderLine
from models.errors import Problem, Refused
from workflows.actors import Actor
from workflows.applications.checking import check_role
from workflows.applications.columns import Profile
from workflows.applications.faults import Faults
from workflows.applications.fields import CellReader
from workflows.applications.reading import Row, read_lines
from workflows.applications.titles import take_titles
from workflows.desk import Desk
from workflows.payment_rules import PaymentSaid, faults_of, usual_kind
from workflows.payments import record_payment, standing
from workflows.queries import get_application
from workflows.spellings import Spellings


class PaymentsBrought(NamedTuple):
    """What an import did: payments noted, those known already, lines read, what to know of."""

    recorded: int
    unchanged: int
    lines: int
    warnings: tuple[Problem, ...]


def import_payments(
    session: Session,
    path: Path,
    contract_id: int,
    *,
    actor: Actor,
    now: datetime,
    notify: bool = False,
) -> PaymentsBrought:
    """Note every payment of a CSV or XLSX file, each by the rules of one noted by hand.

    A payment is known again by its funder and reference: the same file twice changes nothing.
    Nobody is written to unless `notify`. Raises `BadInput` with every problem, its line and
    column, and `Refused` when the actor may not import; the caller's transaction must then keep
    nothing.
    """
    check_role(actor)
    faults = Faults(path.name)
    rows = read_lines(path, faults)
    cells = CellReader(take_titles(rows, faults, Profile.PAYMENTS), faults)
    spellings = Spellings.of(session, contract_id)
    intake = _Intake(Desk.at(session, actor, now), cells, spellings, contract_id, notify)
    noted = [intake.take(row) for row in rows]
    faults.stop_if_bad()
    return PaymentsBrought(sum(noted), len(noted) - sum(noted), len(noted), tuple(faults.warnings))


@dataclass(slots=True)
class _Intake:
    """Takes the payments one by one; an application is loaded once."""

    desk: Desk
    cells: CellReader
    spellings: Spellings
    contract_id: int
    notify: bool
    known: dict[str, Application | None] = field(default_factory=dict)

    def take(self, row: Row) -> bool:
        """One payment; whether it is new. What is wrong is noted at its column."""
        values = {name: self.cells.value(row, name) for name in ("amount", "paid_on", "payment")}
        kind = self.cells.value(row, "kind")
        application = self._application(row)
        line = self._line(row, application)
        if application is None or line is None or None in values.values():
            return False
        said = PaymentSaid(
            kind or usual_kind(line, values["amount"]),
            values["amount"],
            values["payment"],
            values["paid_on"],
        )
        same = [p for p in standing(line.payments) if p.reference == said.reference]
        if same and (same[0].amount, same[0].paid_on) == (said.amount, said.paid_on):
            return False
        return self._record(row, application, line, said)

    def _record(
        self, row: Row, application: Application, line: FunderLine, said: PaymentSaid
    ) -> bool:
        known = standing(line.payments)
        problems = faults_of(application, line, said, known, self.desk.today)
        for name, text in problems:
            self.cells.note(row.line, "payment" if name == "reference" else name, text)
        if problems:
            return False
        try:
            record_payment(self.desk, application, line, said, notify=self.notify)
        except Refused as refused:
            self.cells.note(row.line, "application", str(refused))
            return False
        return True

    def _application(self, row: Row) -> Application | None:
        reference = self.cells.value(row, "application")
        if reference is None:
            return None
        if reference not in self.known:
            self.known[reference] = self._found(row, reference)
        elif self.known[reference] is None:
            self.cells.note(row.line, "application", _("même dossier qu’une ligne plus haut."))
        return self.known[reference]

    def _found(self, row: Row, reference: str) -> Application | None:
        """The application of that reference, ours or the one of its file."""
        query = (
            select(Application.reference)
            .join(Call, Call.id == Application.call_id)
            .where(
                Call.contract_id == self.contract_id,
                or_(
                    Application.reference == reference,
                    Application.external_reference == reference,
                ),
            )
        )
        found = self.desk.session.scalars(query).all()
        if len(found) == 1:
            return get_application(self.desk.session, found[0])
        said = (
            _("« {reference} » est celle de plusieurs dossiers ; écrivez l’une de : {known}.")
            if found
            else _("aucun dossier ne porte la référence « {reference} ».")
        )
        text = said.format(reference=reference, known=", ".join(found))
        self.cells.note(row.line, "application", text)
        return None

    def _line(self, row: Row, application: Application | None) -> FunderLine | None:
        spelling = self.cells.value(row, "funder")
        if spelling is None:
            return None
        found = self.spellings.find(spelling)
        if found is None:
            self.cells.note(row.line, "funder", self.spellings.unknown(spelling))
        if found is None or application is None:
            return None
        for line in application.lines:
            if line.funder_id == found:
                return line
        said = _("« {funder} » n’est pas sollicité sur ce dossier ; financeurs : {names}.")
        names = ", ".join(line.funder.name for line in application.lines)
        self.cells.note(row.line, "funder", said.format(funder=spelling, names=names))
        return None
