"""Everything wrong in a draft, field by field and at once, by the rules of imports and of `submit`."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from models import SavedDraft
from models.errors import Problem
from models.vocabulary import Trigger
from workflows.actors import Actor
from workflows.applications.cellwise import Unreadable
from workflows.applications.checking import COLUMN_OF, sketch
from workflows.applications.columns import Profile
from workflows.applications.fields import READERS
from workflows.applications.ground import Ground
from workflows.applications.typed import FIELDS, read_typed
from workflows.blockers import blockers, prepare
from workflows.drafts.budget import Budget, budget_of, imbalance
from workflows.drafts.content import Content
from workflows.drafts.ground import Choices, choices_of
from workflows.drafts.held import IDENTITY, identity_of
from workflows.drafts.words import MISSING, missing, wrong
from workflows.guards import BALANCED, IN_TIME, SOMETHING_ASKED
from workflows.submission import Draft

ORDER = ("fiche", "title", "summary", "qpvs", "starts_on", "ends_on", "applicant", "siret", "rna",
         "financial_year_ends_on", "contact", "renewal", "charges", "asked", "own")  # fmt: skip
_SAID_HERE = {IN_TIME.code, BALANCED.code, SOMETHING_ASKED.code}  # in words of our own


class Trouble(NamedTuple):
    """One thing to mend: the form's field (`asked-12` for funder 12), and what to do."""

    field: str
    text: str


class Checked(NamedTuple):
    """A draft looked at: what is to be mended in the order of the form, its sums, what it would be.

    `choices` are what its form offers, read on the way.
    """

    troubles: list[Trouble]
    budget: Budget
    draft: Draft | None
    choices: Choices


def check(session: Session, saved: SavedDraft, actor: Actor, now: datetime) -> Checked:
    """Look at a draft whose call and person are loaded; raises nothing, changes nothing."""
    content = Content.of_json(saved.content)
    if saved.amending is not None:
        content = content.filled(identity_of(saved.amending.application))
    ground = Ground.of(session, saved.call)
    choices = choices_of(ground, content.asks)
    funders = {funder.id: funder.name for funder in choices.funders}
    budget = budget_of(content)
    draft, unread = _read(session, saved, content, ground, budget, now)
    troubles = _missing(content, funders) + unread
    if saved.amending is not None:  # its form does not ask who applies
        troubles = [trouble for trouble in troubles if trouble.field not in IDENTITY]
    if unbalanced := imbalance(budget):
        troubles.append(Trouble("charges", unbalanced))
    if draft is not None and not troubles:
        troubles = _refusals(session, saved, draft, actor, now)
    return Checked(sorted(troubles, key=_place), budget, None if troubles else draft, choices)


def _place(trouble: Trouble) -> int:
    return ORDER.index(trouble.field.partition("-")[0])


def _missing(content: Content, funders: Mapping[int, str]) -> list[Trouble]:
    empty = [name for name in MISSING if name not in {"qpvs", "asked"} and not content.text(name)]
    if content.text("rna"):
        empty = [name for name in empty if name != "siret"]
    troubles = [Trouble(name, missing(name)) for name in empty]
    if not content.qpvs:
        troubles.append(Trouble("qpvs", missing("qpvs")))
    if not any(text.strip() not in {"", "0"} for text in content.asks.values()):
        troubles.append(Trouble(f"asked-{next(iter(funders), 0)}", missing("asked")))
    return troubles


def _read(
    session: Session,
    saved: SavedDraft,
    content: Content,
    ground: Ground,
    budget: Budget,
    now: datetime,
) -> tuple[Draft | None, list[Trouble]]:
    """The draft as a file's line would give it, and what cannot be read of what was typed."""
    said = {name: content.text(name) for name in FIELDS if name in content.texts}
    said |= {"email": saved.person.email, "qpvs": " ".join(content.qpvs)}
    said["resources"] = (
        str(budget.resources) if budget.resources is not None else said.get("charges", "")
    )
    asks = [(number, text) for number, text in content.asks.items() if text.strip()]
    draft, faults = read_typed(
        session,
        saved.call,
        said,
        [(ground.funders.names.get(number, str(number)), text) for number, text in asks],
        now=now,
        titles={name: name for name in FIELDS},
        ground=ground,
    )
    typed = said | {"asked": "", "funder": ""}
    troubles = []
    for problem in faults.problems:
        if problem.column in {"asked", "funder"} and asks:
            number, text = asks[(problem.line or 1) - 1]
            troubles.append(Trouble(f"asked-{number}", _words("asked", text, problem)))
        elif typed.get(problem.column) and problem.column != "resources":
            text = typed[problem.column]
            troubles.append(Trouble(problem.column, _words(problem.column, text, problem)))
    own = content.text("own")
    if own and budget.own is None:
        troubles.append(Trouble("own", wrong("own", own)))
    return draft if not faults.count else None, troubles


def _words(field: str, text: str, problem: Problem) -> str:
    """The form's own sentence when the text itself cannot be read, else the reader's."""
    try:
        READERS[Profile.OWN][field](text)
    except Unreadable:
        if said := wrong(field, text):
            return said
    return problem.text[:1].upper() + problem.text[1:]


def _refusals(
    session: Session, saved: SavedDraft, draft: Draft, actor: Actor, now: datetime
) -> list[Trouble]:
    """What the guards of `submit` answer; the dates of the call are told apart."""
    application = sketch(saved.call, draft)
    application.contact = saved.person
    reasons = blockers(prepare(session, application, Trigger.SUBMIT, actor, now))
    return [
        Trouble(COLUMN_OF.get(reason.code, "title"), reason.text)
        for reason in reasons
        if reason.code not in _SAID_HERE
    ]
