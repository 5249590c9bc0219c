"""What the team types to amend what was submitted: the form as it stands, what differs, what would follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from config.i18n import gettext as _
from config.i18n import later
from models import Application, JournalEntry
from models.errors import BadInput, Problem, Reason, Refused
from notifications.changes import LABELS, Changed
from web.amending import Told, before_and_after
from web.errors import sentences_of
from web.foreseen import MailThen, mail_of
from web.forms import Form
from web.visit import Visit
from workflows.desk import Desk
from workflows.drafts.amending_fields import amend_fields
from workflows.drafts.checking import Trouble
from workflows.drafts.held import content_of, identity_of, typed_amount

TEXTS = (
    "fiche", "title", "summary", "starts_on", "ends_on", "renewal", "financial_year_ends_on",
    "charges", "resources", "applicant", "siret", "rna", "contact", "email",
)  # fmt: skip
_FIELD_OF = {"funder": "asked", "late_reason": "reason"}  # where the page calls it otherwise


@dataclass(frozen=True, slots=True)
class AmendForm:
    """What stands in each field, as text: amounts by funder (organisation id), codes of neighbourhoods."""

    texts: dict[str, str]
    asks: dict[int, str]
    qpvs: tuple[str, ...]
    reason: str = ""


class AmendedThen(NamedTuple):
    """What would follow; or why nothing would."""

    changes: tuple[Changed, ...] = ()
    mail: tuple[MailThen, ...] = ()
    against: tuple[Reason, ...] = ()


def form_held(application: Application) -> AmendForm:
    """The form as the application, loaded whole, would have filled it."""
    content, contact = content_of(application), application.contact
    texts = {**content.texts, **identity_of(application), "email": contact.email if contact else ""}
    texts["resources"] = typed_amount(application.resources)
    held = {name: texts.get(name, "").replace("\r\n", "\n") for name in TEXTS}
    return AmendForm(held, dict(content.asks), tuple(content.qpvs))


def form_typed(form: Form) -> AmendForm:
    """The form as it was sent; raises `BadInput` when a field is longer than any text may be."""
    texts = {name: form.text(name).replace("\r\n", "\n") for name in TEXTS}
    asks = {int(n): text for n, text in form.starting("asked-").items() if n.isdecimal()}
    return AmendForm(texts, asks, tuple(sorted(form.texts("qpvs"))), form.text("reason"))


def amend_as_typed(
    desk: Desk, application: Application, typed: AmendForm, funders: Sequence[tuple[int, str]]
) -> JournalEntry:
    """Amend what the form says otherwise than the application; the journal's entry.

    `funders` are those that the form shows. Raises what `amend_fields` does.
    """
    held = form_held(application)
    said = {n: text for n, text in typed.texts.items() if text.strip() != held.texts[n].strip()}
    if "renewal" in said:
        said["renewal"] = said["renewal"] or "non"
    if set(typed.qpvs) != set(held.qpvs):
        said["qpvs"] = " ".join(typed.qpvs)
    asks = [
        (name, typed.asks.get(number, "") or "0")
        for number, name in funders
        if typed.asks.get(number, "") != held.asks.get(number, "")
    ]
    return amend_fields(desk, application, said, asks, reason=typed.reason)


def foreseen_amendment(
    visit: Visit, application: Application, typed: AmendForm, funders: Sequence[tuple[int, str]]
) -> AmendedThen:
    """Try it; the visit is one that keeps nothing, and its application is not to be used after.

    Raises `BadInput` with every problem by field.
    """
    before, desk = Told.of(application), Desk.at(visit.session, visit.actor, visit.now)
    try:
        entry = amend_as_typed(desk, application, typed, funders)
    except Refused as error:
        return AmendedThen(against=tuple(sentences_of(error)))
    changes = before_and_after(entry.facts, before, Told.of(application))
    return AmendedThen(changes, mail_of(visit.session, entry.id))


def troubles_in(error: BadInput, typed: AmendForm) -> list[Trouble]:
    """What is wrong, each by the field of the page to mend it in; nothing when it is about no field."""
    return [
        Trouble(_FIELD_OF.get(one.column, one.column), _sentence(one, typed))
        for one in error.problems
        if one.column
    ]


def _sentence(problem: Problem, typed: AmendForm) -> str:
    text = problem.text
    if typed.texts.get(problem.column, "…").strip() == "":
        label = _(LABELS.get(problem.column, later("porteur")))
        text = _("{label} : ce champ est vide, il doit être rempli.").format(label=label)
    return text[:1].upper() + text[1:]
