"""What a person says of a payment: the form, filled in or as most often, and what would follow."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from config.i18n import gettext as _
from models import Application, FunderLine
from models.errors import BadInput, NotFound, Problem, Reason, Refused
from models.vocabulary import PaymentKind
from web.errors import sentences_of
from web.foreseen import MailThen, mail_of
from web.forms import Form
from web.saying import amount_in, as_typed, day_in
from web.visit import Visit
from workflows.desk import Desk
from workflows.payment_rules import (
    PaymentSaid,
    kinds_for,
    payable_lines,
    remaining,
    usual_kind,
)
from workflows.payments import record_payment
from workflows.possible import STAND_IN


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """What stands in each field, as text."""

    line: str
    kind: str
    amount: str
    paid_on: str
    payment_reference: str


class PaidThen(NamedTuple):
    """What would follow; or why nothing would."""

    funder: str = ""
    paid: Decimal = Decimal(0)
    left: Decimal = Decimal(0)
    repaid: Decimal = Decimal(0)
    mail: tuple[MailThen, ...] = ()
    against: tuple[Reason, ...] = ()


def typed(form: Form) -> PaymentForm:
    """The form as it was sent."""
    return PaymentForm(*(form.text(name) for name in PaymentForm.__slots__))


def suggested(application: Application, lines: list[FunderLine], today: date) -> PaymentForm | None:
    """All that remains on the first line that has something left, today; None where none has.

    How much of an action that took place is given back, nobody can tell beforehand.
    """
    wanted = (PaymentKind.BALANCE, PaymentKind.REPAYMENT)
    kinds = [kind for kind in wanted if kind in kinds_for(application)]
    left = ((line, kind) for kind in kinds for line in lines if remaining(line, kind) > 0)
    line, kind = next(left, (None, None))
    if line is None or kind is None:
        return None
    untold = kind is PaymentKind.REPAYMENT and len(kinds) > 1
    rest = "" if untold else as_typed(remaining(line, kind))
    return PaymentForm(str(line.id), kind.value, rest, today.isoformat(), "")


def line_in(application: Application, visit: Visit, number: str) -> FunderLine:
    """The line of that number, when this person may act on it; raises `NotFound`."""
    for line in payable_lines(application, visit.actor):
        if str(line.id) == number:
            return line
    raise NotFound(_("Choisissez un financeur de ce dossier dont vous tenez les versements."))


def said_in(form: PaymentForm, line: FunderLine) -> PaymentSaid:
    """What the filled-in form says; raises `BadInput` with every field that cannot be read."""
    problems: list[Problem] = []
    amount, day = amount_in(form.amount, problems), day_in(form.paid_on, problems)
    if day is None and not problems:
        problems.append(Problem(_("Dites le jour du versement.")))
    kinds = [kind for kind in PaymentKind if kind == form.kind]
    if problems or amount is None or day is None:
        raise BadInput(problems)
    kind = kinds[0] if kinds else usual_kind(line, amount)
    return PaymentSaid(kind, amount, form.payment_reference, day)


def foreseen_payment(visit: Visit, application: Application, form: PaymentForm) -> PaidThen:
    """Try it; the visit is one that keeps nothing, and its application is not to be used after.

    A reference that is not written yet is no obstacle.
    """
    try:
        line = line_in(application, visit, form.line)
        said = said_in(form, line)
        said = said if said.reference else said._replace(reference=STAND_IN)
        desk = Desk.at(visit.session, visit.actor, visit.now)
        payment = record_payment(desk, application, line, said)
    except (Refused, BadInput, NotFound) as error:
        return PaidThen(against=tuple(sentences_of(error)))
    left = remaining(line, PaymentKind.BALANCE)
    mail = mail_of(visit.session, payment.entry_id)
    return PaidThen(line.funder.name, line.paid, left, line.repaid, mail)
