"""An application changed by a file that was read again, while it is still `submitted`."""

from typing import Any

from models import Application, Call, FunderLine
from models.vocabulary import Act
from workflows.applications.comparing import filed_values
from workflows.applications.loading import with_neighbourhoods
from workflows.applications.planning import Amendment
from workflows.desk import Desk, perform
from workflows.obligations import Ledger
from workflows.queries import get_application_by_id
from workflows.submission import Draft, Known

_ATTRIBUTES = {"siret": "applicant", "rna": "applicant", "email": "contact"}


def amend(desk: Desk, amendment: Amendment, draft: Draft, known: Known) -> Application:
    """Write what the file says otherwise, with one journal entry that names the fields.

    Raises `Refused` when the application moved on meanwhile, `NotFound` when it is gone.
    """
    application = with_neighbourhoods(
        desk.session, get_application_by_id(desk.session, amendment.application_id)
    )
    fields = [change.field for change in amendment.changes]

    def work(_ledger: Ledger) -> None:
        values = _values(draft, known, application.call)
        for field in values.keys() & set(fields):
            setattr(application, _ATTRIBUTES.get(field, field), values[field])
        if {"asked", "comment"} & set(fields):
            _set_lines(application, draft, known)

    facts = {
        "changed": fields,
        "values": {change.field: change.facts for change in amendment.changes if change.facts},
    }
    perform(desk, application, Act.AMEND, work, facts=facts)
    return application


def _values(draft: Draft, known: Known, call: Call) -> dict[str, Any]:
    """What the fields of an application become, by the name of their column."""
    applicant = known.applicants[draft.identity.key]
    return filed_values(draft, call) | {
        "fiche": draft.fiche,
        "siret": applicant,
        "rna": applicant,
        "email": known.persons.get(draft.address),
        "received_at": draft.received_at,
        "qpvs": list(draft.qpvs),
        "late_reason": draft.late_reason or None,
    }


def _set_lines(application: Application, draft: Draft, known: Known) -> None:
    held = {line.funder_id: line for line in application.lines}
    for funder, asked in draft.asked.items():
        if funder not in held:
            held[funder] = FunderLine(funder=known.funders[funder], asked=asked)
            application.lines.append(held[funder])
        held[funder].asked = asked
        if funder in draft.comments:
            held[funder].comment = draft.comments[funder]
    for funder in held.keys() - draft.asked.keys():
        application.lines.remove(held[funder])
    application.requested = draft.requested
