"""Which payments are possible: on which lines, of which kind, how much; each fault with its field."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from config.i18n import gettext as _
from models import Application, FunderLine, Payment
from models.base import CENT
from models.vocabulary import Act, LineStatus, Outcome, PaymentKind
from notifications.formats import euros
from workflows.actors import Actor
from workflows.lifecycle import ACT

LONGEST = 100
Fault = tuple[str, str]  # the field, the sentence


class PaymentSaid(NamedTuple):
    """What a person says of a payment: euros to the cent, the day the money moved."""

    kind: PaymentKind
    amount: Decimal
    reference: str
    paid_on: date


def payable_lines(application: Application, actor: Actor) -> list[FunderLine]:
    """The lines on which this person may note a payment or a repayment now; raises nothing."""
    rule = ACT[Act.RECORD_PAYMENT]
    if application.state not in rule.states:
        return []
    return [
        line
        for line in application.lines
        if line.status is LineStatus.VOTED and actor.acts_as(rule.by, application, line)
    ]


def kinds_for(application: Application) -> list[PaymentKind]:
    """What may be noted on it as it stands; raises nothing."""
    if application.outcome is Outcome.NOT_CARRIED_OUT:
        return [PaymentKind.REPAYMENT]
    closed = application.state in ACT[Act.RECORD_REPAYMENT].states
    return [kind for kind in PaymentKind if closed or kind is not PaymentKind.REPAYMENT]


def faults_of(
    application: Application,
    line: FunderLine,
    said: PaymentSaid,
    known: Sequence[Payment],
    today: date,
) -> list[Fault]:
    """Every fault of a payment on that line, `known` being those that stand there; raises nothing."""
    if line.status is not LineStatus.VOTED or line.decided_on is None:
        text = _("« {name} » n’a rien accordé sur ce dossier : il n’y a rien à verser.")
        return [("funder", text.format(name=line.funder.name))]
    if application.outcome is Outcome.NOT_CARRIED_OUT and said.kind is not PaymentKind.REPAYMENT:
        text = _("L’action n’a pas été réalisée : plus rien n’est à verser sur ce dossier.")
        return [("kind", text)]
    return [
        *_of_amount(line, said),
        *_of_date(line.decided_on, said.paid_on, today),
        *_of_reference(said.reference, known),
    ]


def remaining(line: FunderLine, kind: PaymentKind) -> Decimal:
    """The most that can still be paid on that line, or given back on it; raises nothing."""
    if kind is PaymentKind.REPAYMENT:
        return line.paid - line.repaid
    return (line.voted or Decimal(0)) - line.paid


def usual_kind(line: FunderLine, amount: Decimal) -> PaymentKind:
    """What a payment of that amount most often is: the balance when nothing is left; raises nothing."""
    whole = amount == remaining(line, PaymentKind.BALANCE)
    return PaymentKind.BALANCE if whole else PaymentKind.INSTALMENT


def _of_amount(line: FunderLine, said: PaymentSaid) -> Iterator[Fault]:
    rest = remaining(line, said.kind)
    if said.amount <= 0 or said.amount != said.amount.quantize(CENT):
        text = _("Un versement a un montant plus grand que zéro, au centime près.")
        yield "amount", text
    elif said.amount > rest:
        text = (
            _(
                "« {name} » a versé {paid}, dont {repaid} déjà rendus : il en reste {rest} à rendre au plus."
            )
            if said.kind is PaymentKind.REPAYMENT
            else _(
                "« {name} » a accordé {voted} et en a versé {paid} : il en reste {rest} au plus."
            )
        )
        amounts = {"voted": line.voted or 0, "paid": line.paid, "repaid": line.repaid, "rest": rest}
        told = {name: euros(amount) for name, amount in amounts.items()}
        yield "amount", text.format(name=line.funder.name, **told)


def _of_date(decided_on: date, paid_on: date, today: date) -> Iterator[Fault]:
    if not decided_on <= paid_on <= today:
        text = _("La date d’un versement va de la décision ({first}) à aujourd’hui ({last}).")
        yield "paid_on", text.format(first=f"{decided_on:%d/%m/%Y}", last=f"{today:%d/%m/%Y}")


def _of_reference(reference: str, known: Sequence[Payment]) -> Iterator[Fault]:
    if not reference.strip() or len(reference) > LONGEST:
        text = _(
            "Un versement a une référence de {most} caractères au plus, par exemple celle du mandat."
        )
        yield "reference", text.format(most=LONGEST)
    same = next((p for p in known if p.reference == reference.strip()), None)
    if same is not None:
        text = _("La référence « {reference} » est déjà celle d’un versement de {amount} du {day}.")
        yield (
            "reference",
            text.format(
                reference=same.reference, amount=euros(same.amount), day=f"{same.paid_on:%d/%m/%Y}"
            ),
        )
