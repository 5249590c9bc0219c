"""Applications out: a CSV or XLSX file in our own columns, which can be imported again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.i18n import gettext as _
from config.labels import OUTCOMES, state_label
from models import (
    Application,
    Fiche,
    FichePilot,
    FunderLine,
)
from models.errors import BadInput, Unavailable
from models.vocabulary import LineStatus
from workflows.accounts.sight import Sight
from workflows.applications.columns import OWN
from workflows.applications.filtering import Filters
from workflows.applications.picking import page_of_ids
from workflows.applications.spreadsheets import WRITERS
from workflows.deadlines import PARIS

DECISIONS = {
    LineStatus.PENDING: "en attente",
    LineStatus.VOTED: "votée",
    LineStatus.REFUSED: "refusée",
}
_AT_ONCE = 400
_FIELDS = [column.field for column in OWN]
_HEADERS = [column.header for column in OWN]


def export_applications(
    session: Session,
    contract_id: int,
    path: Path,
    filters: Filters | None = None,
    *,
    file_format: str | None = None,
) -> int:
    """Write the applications that `filters` pick to `path`, one line per funder; return how many lines.

    The format is `file_format`, else the file's ending. A spreadsheet takes no cell for a formula.
    Raises `BadInput` for another format, `NotFound` like `list_applications`, `Unavailable` when
    the file cannot be written.
    """
    chosen = (file_format or path.suffix.lstrip(".")).lower()
    if chosen not in WRITERS:
        said = _("format « {found} » inconnu ; attendu : {known}.")
        raise BadInput(said.format(found=chosen, known=", ".join(WRITERS)))
    lines = export_lines(session, contract_id, filters or Filters())
    try:
        return WRITERS[chosen](path, _HEADERS, lines)
    except OSError as error:
        said = _("« {path} » ne peut pas être écrit ({detail}).")
        raise Unavailable(said.format(path=path, detail=error.strerror)) from error


def export_lines(session: Session, contract_id: int, filters: Filters) -> Iterator[list[Any]]:
    """One list of values per application and funder, in the order of our columns; raises `NotFound`."""
    after = filters.after
    while True:
        part = _applications(session, contract_id, replace(filters, after=after))
        for application in part:
            common = _common(application)
            for line in application.lines:
                values = common | _of_line(line)
                yield [values[name] for name in _FIELDS]
        if len(part) < _AT_ONCE:
            return
        after = part[-1].id


def _applications(session: Session, contract_id: int, filters: Filters) -> Sequence[Application]:
    everything = Sight(contract_id, whole=True)
    ids = page_of_ids(session, everything, replace(filters, limit=_AT_ONCE))
    query = select(Application).where(Application.id.in_(ids)).order_by(Application.id)
    query = query.options(
        joinedload(Application.call),
        joinedload(Application.fiche).options(
            joinedload(Fiche.enjeu),
            selectinload(Fiche.pilots).joinedload(FichePilot.organisation),
        ),
        joinedload(Application.applicant),
        joinedload(Application.contact),
        selectinload(Application.lines).joinedload(FunderLine.funder),
        selectinload(Application.qpvs),
    )
    return session.scalars(query).all()


def _common(application: Application) -> dict[str, Any]:
    """What every line of an application says."""
    applicant, contact = application.applicant, application.contact
    return _about(application) | {
        "reference": application.external_reference or application.reference,
        "title": application.title,
        "summary": application.summary,
        "applicant": applicant.name,
        "siret": applicant.siret,
        "rna": applicant.rna,
        "contact": contact.name if contact else None,
        "email": contact.email if contact else None,
        "received_at": application.received_at.astimezone(PARIS).replace(
            tzinfo=None, microsecond=0
        ),
        "starts_on": application.starts_on,
        "ends_on": application.ends_on,
        "financial_year_ends_on": application.financial_year_ends_on,
        "charges": application.charges,
        "resources": application.resources,
        "renewal": _("oui") if application.renewal else _("non"),
        "prior_report_on": application.prior_report_on,
        "years": application.years,
        "qpvs": " ".join(qpv.code for qpv in application.qpvs),
        "late_reason": application.late_reason,
    }


def _about(application: Application) -> dict[str, Any]:
    """Its fiche, and what Jalon says of it."""
    fiche = application.fiche
    return {
        "fiche": fiche.number,
        "own_reference": application.reference,
        "year": application.call.year,
        "enjeu": fiche.enjeu.number,
        "fiche_title": fiche.title,
        "pilots": ", ".join(pilot.organisation.name for pilot in fiche.pilots),
        "state": state_label(application.state),
        "outcome": _(OUTCOMES[application.outcome]) if application.outcome else None,
    }


def _of_line(line: FunderLine) -> dict[str, Any]:
    return {
        "funder": line.funder.name,
        "asked": line.asked,
        "comment": line.comment,
        "decision": _(DECISIONS[line.status]),
        "voted": line.voted,
        "decided_on": line.decided_on,
        "decision_reference": line.decision_reference,
        "paid": line.paid,
        "left": line.voted - line.paid if line.voted is not None else None,
        "repaid": line.repaid,
    }
