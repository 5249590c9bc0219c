"""What a person says with a move: which fields its form has, and what they mean once filled in."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from config.i18n import gettext as _
from config.typed import amount_of, day_of
from models import Application
from models.errors import BadInput, Problem
from models.vocabulary import LineStatus, Trigger
from web.forms import ROOMY, Form
from workflows.drafts.held import typed_amount
from workflows.move import Given

T = Trigger
ASKS: dict[Trigger, tuple[str, ...]] = {  # in the order of the form
    T.DECLARE_INELIGIBLE: ("reason",),
    T.REFER: ("session",),
    T.DEFER: ("reason",),
    T.AWARD: ("amounts", "decision"),
    T.REFUSE: ("reason",),
    T.DECLARE_NOT_CARRIED_OUT: ("reason", "to_repay"),
    T.WITHDRAW: ("reason",),
    T.CORRECT: ("reason",),
}
OPTIONAL = {(T.WITHDRAW, "reason")}


@dataclass(frozen=True, slots=True)
class Line:
    """One funder of an award: what is asked, and what the form holds."""

    id: int
    funder: str
    asked: Decimal
    settled: bool
    voted: str
    amount: str


@dataclass(frozen=True, slots=True)
class MoveForm:
    """The form of a move: the fields it has, and what stands in each."""

    fields: tuple[str, ...]
    optional: tuple[str, ...]
    reason: str = ""
    session_id: int | None = None
    lines: tuple[Line, ...] = ()
    decision_reference: str = ""
    decided_on: str = ""
    to_repay: str = ""


def form_of(application: Application, trigger: Trigger, given: Given) -> MoveForm:
    """The form, filled in with what is given."""
    fields = ASKS.get(trigger, ())
    return MoveForm(
        fields=fields,
        optional=tuple(name for name in fields if (trigger, name) in OPTIONAL),
        reason=given.reason,
        session_id=given.session_id,
        lines=tuple(
            Line(
                line.id,
                line.funder.name,
                line.asked,
                line.status is not LineStatus.PENDING,
                as_typed(line.voted),
                as_typed(given.amounts.get(line.id)),
            )
            for line in application.lines
        ),
        decision_reference=given.decision_reference,
        decided_on=given.decided_on.isoformat() if given.decided_on else "",
        to_repay=as_typed(given.to_repay),
    )


def typed_form(application: Application, trigger: Trigger, form: Form) -> MoveForm:
    """The form as it was typed, readable or not; raises `BadInput` when a text is beyond all bounds."""
    empty = form_of(application, trigger, Given())
    day = form.text("decided_on", most=ROOMY)
    read = day_of(day)
    return replace(
        empty,
        reason=form.text("reason", most=ROOMY),
        session_id=_session_in(form, trigger),
        lines=tuple(
            replace(line, amount=form.text(f"amount-{line.id}", most=ROOMY)) for line in empty.lines
        ),
        decision_reference=form.text("decision_reference", most=ROOMY),
        decided_on=read.isoformat() if read else day,
        to_repay=form.text("to_repay", most=ROOMY),
    )


def _session_in(form: Form, trigger: Trigger) -> int | None:
    session = form.text("session")
    asked = "session" in ASKS.get(trigger, ())
    return int(session) if asked and session.isdecimal() else None


def given_in(form: Form, trigger: Trigger) -> Given:
    """What the filled-in form says; raises `BadInput` that names each field that cannot be read."""
    problems: list[Problem] = []
    amounts = {
        int(line): amount
        for line, text in form.starting("amount-").items()
        if text and line.isdecimal() and (amount := amount_in(text, problems)) is not None
    }
    given = Given(
        reason=form.prose("reason", problems),
        session_id=_session_in(form, trigger),
        amounts=amounts,
        decision_reference=form.text("decision_reference"),
        decided_on=day_in(form.text("decided_on"), problems),
        to_repay=amount_in(form.text("to_repay"), problems) if form.text("to_repay") else None,
    )
    if problems:
        raise BadInput(problems)
    return given


def amount_in(text: str, problems: list[Problem]) -> Decimal | None:
    """Euros that somebody typed; what cannot be read is added to `problems`."""
    amount = amount_of(text)
    if amount is None:
        said = _(
            "« {text} » n’est pas un montant en euros : écrivez par exemple 12000 ou 12000,50."
        )
        problems.append(Problem(said.format(text=text)))
    return amount


def day_in(text: str, problems: list[Problem]) -> date | None:
    """A date that somebody typed, None for nothing; what cannot be read is added to `problems`."""
    if not text:
        return None
    day = day_of(text)
    if day is None:
        said = _("« {text} » n’est pas une date : écrivez par exemple 23/06/2021.")
        problems.append(Problem(said.format(text=text)))
    return day


def as_typed(amount: Decimal | None) -> str:
    """An amount as it is typed: nothing for None, without cents when there are none."""
    return "" if amount is None else typed_amount(amount)
