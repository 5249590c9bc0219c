"""An application changed while it is still `submitted`: by its applicant, the team, a file read again."""

from collections.abc import Mapping, Sequence
from typing import Any

from config.i18n import gettext as _
from models import Application, Call, FunderLine, JournalEntry, Opinion
from models.vocabulary import Act
from workflows.applications.comparing import Change, filed_values
from workflows.applications.loading import with_neighbourhoods
from workflows.applications.planning import Amendment
from workflows.desk import Desk, perform
from workflows.obligations import Ledger
from workflows.owners import reassign
from workflows.queries import get_application_by_id
from workflows.submission import Draft, Known

_ATTRIBUTES = {"siret": "applicant", "rna": "applicant", "email": "contact"}
_OWNING = {"fiche", "siret", "rna"}  # who owes what hangs on these


def amend_filed(
    desk: Desk, amendment: Amendment, draft: Draft, known: Known, *, notify: bool = False
) -> Application:
    """Write what the file says otherwise.

    Raises `Refused` when the application moved on meanwhile, `NotFound` when it is gone.
    """
    application = with_neighbourhoods(
        desk.session, get_application_by_id(desk.session, amendment.application_id)
    )
    reason = _("Repris d’un fichier importé.")  # the team's reason, should the call be closed
    amend(desk, application, draft, amendment.changes, known, reason=reason, notify=notify)
    return application


def amend(
    desk: Desk,
    application: Application,
    draft: Draft,
    changes: Sequence[Change],
    known: Known,
    *,
    reason: str = "",
    files: Sequence[Mapping[str, object]] = (),
    notify: bool = True,
) -> JournalEntry:
    """Write `changes` as `draft` says them, with one journal entry that names the fields: that one.

    `application` is loaded whole, its neighbourhoods too; `files` are the digests and sizes of
    those added. The date of receipt stays, unless it is itself among the changes (of a file).
    Raises `Refused` when the table does not allow it now, or not to this person.
    """
    fields = [change.field for change in changes]
    aside = _no_longer_asked(application, draft) if "fiche" in fields else []
    facts: dict[str, Any] = {
        "changed": fields,
        "values": {change.field: change.facts for change in changes if change.facts},
    }
    said = {
        "names": names_of(application, draft, {k: f.name for k, f in known.funders.items()}),
        "files": list(files),
        "opinions_set_aside": [opinion.organisation.name for opinion in aside],
    }
    facts |= {name: value for name, value in said.items() if value}

    def work(ledger: Ledger) -> None:
        values = _values(draft, known, application.call)
        for field in values.keys() & set(fields):
            setattr(application, _ATTRIBUTES.get(field, field), values[field])
        if {"asked", "comment"} & set(fields):
            _set_lines(application, draft, known)
        _set_aside(desk, application, aside)
        if _OWNING & set(fields):
            reassign(desk.session, application, ledger.live())

    return perform(
        desk, application, Act.AMEND, work, facts=facts, words=reason, changes=fields, notify=notify
    ).entry


def _no_longer_asked(application: Application, draft: Draft) -> list[Opinion]:
    """Opinions on another fiche, left by a step that was corrected: the journal keeps what they said."""
    asked = {pilot.organisation_id for pilot in draft.fiche.pilots}
    return [o for o in application.opinions if o.organisation_id not in asked]


def _set_aside(desk: Desk, application: Application, opinions: Sequence[Opinion]) -> None:
    for opinion in opinions:
        application.opinions.remove(opinion)
        desk.session.delete(opinion)


def names_of(application: Application, draft: Draft, funders: Mapping[int, str]) -> dict[str, str]:
    """What funders and neighbourhoods are called, for whoever reads the changes. Raises nothing."""
    asked = {str(line.funder_id): line.funder.name for line in application.lines}
    asked |= {str(number): funders[number] for number in draft.asked if number in funders}
    return asked | {qpv.code: qpv.name for qpv in (*application.qpvs, *draft.qpvs)}


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
