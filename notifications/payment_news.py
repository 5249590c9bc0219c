"""What the grantee is written about money: a payment on its way, a payment announced by mistake."""

from datetime import date
from decimal import Decimal

from models.vocabulary import PaymentKind
from notifications.cause import Cause
from notifications.contexts import AboutApplication
from notifications.reading import about
from notifications.samples import ABOUT, REASON
from notifications.wording import Line, Words


class PaymentMade(AboutApplication):
    """To the grantee: who paid what, when, under which reference; what was granted and is left."""

    funder: Line
    kind: PaymentKind
    amount: Decimal
    paid_on: date
    payment_reference: Line
    voted: Decimal
    paid: Decimal


class PaymentCancelled(AboutApplication):
    """To the grantee who was told of a payment that was noted by mistake."""

    funder: Line
    amount: Decimal
    paid_on: date
    payment_reference: Line
    reason: Words


def payment_made(cause: Cause) -> PaymentMade:
    facts = cause.entry.facts
    line = next(x for x in cause.application.lines if x.funder.name == facts["funder"])
    return PaymentMade(
        **about(cause),
        funder=line.funder.name,
        kind=PaymentKind(facts["kind"]),
        amount=Decimal(facts["amount"]),
        paid_on=date.fromisoformat(facts["on"]),
        payment_reference=facts["payment_reference"],
        voted=line.voted or Decimal(0),
        paid=line.paid,
    )


def payment_cancelled(cause: Cause) -> PaymentCancelled | None:
    """None when nobody was told of the payment."""
    facts = cause.entry.facts
    if not facts["told"]:
        return None
    return PaymentCancelled(
        **about(cause),
        funder=facts["funder"],
        amount=abs(Decimal(facts["amount"])),
        paid_on=date.fromisoformat(facts["on"]),
        payment_reference=facts["payment_reference"],
        reason=cause.reason,
    )


PAYMENT_MADE = PaymentMade(
    **ABOUT,
    funder="État",
    kind=PaymentKind.INSTALMENT,
    amount=Decimal("12500.50"),
    paid_on=date(2021, 5, 3),
    payment_reference="Mandat 2021-1204",
    voted=Decimal(25000),
    paid=Decimal("12500.50"),
)
PAYMENT_CANCELLED = PaymentCancelled(
    **ABOUT,
    funder="État",
    amount=Decimal("12500.50"),
    paid_on=date(2021, 5, 3),
    payment_reference="Mandat 2021-1204",
    reason=REASON,
)
