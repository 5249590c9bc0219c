"""What the acts about money say, and what they do: paid, given back, undone."""

from typing import Literal

from pydantic import Field

from config.i18n import gettext as _
from models import Application
from models.errors import BadInput
from models.vocabulary import PaymentKind
from web.api.act_bodies import ActBody, line_of
from web.api.fields import Day, Line, MoneyIn, Words
from workflows.desk import Desk
from workflows.payment_rules import PaymentSaid, usual_kind
from workflows.payments import (
    cancel_payment,
    find_payment,
    record_payment,
    repay_all,
)


class RecordPayment(ActBody):
    """A funder paid an amount on its line; without a kind, the balance when nothing is left to pay."""

    act: Literal["record_payment"]
    funder: Line
    amount: MoneyIn
    payment_reference: Line = Field(description="Of the order to pay, in the funder's accounts.")
    kind: Literal["advance", "instalment", "balance"] | None = None
    on: Day | None = None

    def perform(self, desk: Desk, application: Application) -> None:
        line = line_of(application, self.funder)
        kind = PaymentKind(self.kind) if self.kind else usual_kind(line, self.amount)
        said = PaymentSaid(kind, self.amount, self.payment_reference, self.on or desk.today)
        record_payment(desk, application, line, said)


class CancelPayment(ActBody):
    """A payment was noted by mistake: an entry of the opposite amount undoes it."""

    act: Literal["cancel_payment"]
    funder: Line
    payment_reference: Line
    reason: Words

    def perform(self, desk: Desk, application: Application) -> None:
        line = line_of(application, self.funder)
        found = find_payment(line.payments, self.payment_reference)
        cancel_payment(desk, application, line, found, self.reason)


class RecordRepayment(ActBody):
    """Money was given back: to a funder, or all of it on a file whose payments nobody noted."""

    act: Literal["record_repayment"]
    funder: Line | None = None
    amount: MoneyIn | None = None
    payment_reference: Line = ""
    on: Day | None = None

    def perform(self, desk: Desk, application: Application) -> None:
        if (self.funder is None) != (self.amount is None):
            raise BadInput(_("Donnez le financeur et le montant, ou ni l’un ni l’autre."))
        day = self.on or desk.today
        if self.funder is None or self.amount is None:
            repay_all(desk, application, day)
            return
        said = PaymentSaid(PaymentKind.REPAYMENT, self.amount, self.payment_reference, day)
        record_payment(desk, application, line_of(application, self.funder), said)
