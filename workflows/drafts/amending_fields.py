"""An application amended field by field, by a command or a program: what is not said stays as it is."""

from collections.abc import Mapping, Sequence

from config.i18n import gettext as _
from models import Application, JournalEntry
from models.errors import BadInput, Refused
from models.vocabulary import Act, Trigger
from workflows.applications.amending import amend
from workflows.applications.checking import sketch
from workflows.applications.comparing import changes_in
from workflows.applications.loading import with_neighbourhoods
from workflows.applications.typed import typed_draft
from workflows.blockers import blockers, prepare
from workflows.desk import Desk, hindrances
from workflows.drafts.amending import COLUMNS
from workflows.drafts.content import Content
from workflows.drafts.held import content_of, identity_of
from workflows.guards import BALANCED, FICHE_OPEN, SOMETHING_ASKED
from workflows.queries import get_call
from workflows.spellings import Spellings
from workflows.submission import Draft, Known

_WHO = {"siret", "rna", "email"}  # who applies and whom to write to: the table lets the team alone
_STILL_TRUE = {FICHE_OPEN.code, SOMETHING_ASKED.code, BALANCED.code}  # of what is submitted


def amend_fields(
    desk: Desk,
    application: Application,
    said: Mapping[str, str | None],
    asks: Sequence[tuple[str, str]] = (),
    *,
    reason: str = "",
    names: Mapping[str, str] | None = None,
) -> JournalEntry:
    """Write the fields that `said` has a text for; one of None stays as it is.

    So does what is asked of a funder who is not in `asks`; an amount of 0 takes a funder off.
    `application` is loaded whole. `names` are what a person calls the fields, for the errors.
    Raises `Refused` when it cannot be amended now, not by this person, or would no longer be fit to
    submit; `BadInput` with every problem, or when nothing would change.
    """
    if reasons := hindrances(desk, application, Act.AMEND, words=reason):
        raise Refused(reasons)
    application = with_neighbourhoods(desk.session, application)
    draft = _draft(desk, application, said, asks, names or {})
    changes = changes_in(application, draft, application.call, COLUMNS | _WHO)
    if not changes:
        raise BadInput(_("Le dossier dit déjà cela : il n’y a rien à changer."))
    move = prepare(
        desk.session, sketch(application.call, draft), Trigger.SUBMIT, desk.actor, desk.now
    )
    if unfit := [one for one in blockers(move) if one.code in _STILL_TRUE]:
        raise Refused(unfit)
    known = Known.gather(desk.session, [draft])
    return amend(desk, application, draft, changes, known, reason=reason)


def _draft(
    desk: Desk,
    application: Application,
    said: Mapping[str, str | None],
    asks: Sequence[tuple[str, str]],
    names: Mapping[str, str],
) -> Draft:
    """What the application would say, as a draft; raises `BadInput`."""
    session, contract_id = desk.session, application.call.contract_id
    call = get_call(session, contract_id, application.call.year)  # its fiches loaded
    held, spelt = content_of(application), Spellings.of(session, contract_id)
    told = {spelt.find(name) for name, _amount in asks}
    kept = [(spelt.names[n], text) for n, text in held.asks.items() if n not in told]
    given = {name: text for name, text in said.items() if text is not None}
    draft = typed_draft(
        session,
        call,
        _texts(application, held) | given | _who(application, given),
        [*kept, *asks],
        now=application.received_at,
        names=names,
    )
    asked = {line.funder_id: line.asked for line in application.lines}
    draft.asked = {n: amount for n, amount in draft.asked.items() if amount or asked.get(n) == 0}
    return draft


def _texts(application: Application, held: Content) -> dict[str, str]:
    return {name: text for name, text in held.texts.items() if name != "own"} | {
        "resources": str(application.resources),
        "qpvs": " ".join(held.qpvs),
        "late_reason": application.late_reason or "",
    }


def _who(application: Application, given: Mapping[str, str]) -> dict[str, str]:
    """Who applies and whom to write to; another number or address comes without the former's others."""
    who = identity_of(application)
    who["email"] = application.contact.email if application.contact else ""
    if given.keys() & {"siret", "rna"}:
        who |= {"siret": "", "rna": ""}
    if given.get("email"):
        who["contact"] = ""
    return who | {name: text for name, text in given.items() if name in who}
