"""What funders pay and what is given back to them: recorded, undone by an entry of the opposite amount."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from config.i18n import gettext as _
from config.vocabulary import Duty
from models import Application, FunderLine, Obligation, Payment
from models.errors import BadInput, NotFound, Problem
from models.vocabulary import Act, ObligationStatus, PaymentKind
from notifications.outbox import cancel_unsent, sent_for
from workflows.desk import Desk, perform
from workflows.obligations import Ledger
from workflows.payment_rules import PaymentSaid, faults_of

ACTS = dict.fromkeys(PaymentKind, Act.RECORD_PAYMENT) | {
    PaymentKind.REPAYMENT: Act.RECORD_REPAYMENT
}


def standing(payments: Sequence[Payment]) -> list[Payment]:
    """Those that were not undone, the entries that undo left out too; raises nothing."""
    undone = {payment.cancels_id for payment in payments}
    return [p for p in payments if p.cancels_id is None and p.id not in undone]


def record_payment(
    desk: Desk,
    application: Application,
    line: FunderLine,
    said: PaymentSaid,
    *,
    notify: bool = True,
) -> Payment:
    """A funder paid (or was given back) an amount on its line; the applicant is written to.

    Raises `Refused`, or `BadInput` with everything that is wrong: nothing voted, an amount above
    what remains, a date before the decision or to come, a reference already used.
    """
    problems = faults_of(application, line, said, standing(line.payments), desk.today)
    if problems:
        raise BadInput([Problem(text) for _field, text in problems])
    payment = Payment(
        kind=said.kind,
        amount=said.amount,
        paid_on=said.paid_on,
        reference=said.reference.strip(),
    )

    def work(ledger: Ledger) -> None:
        _write(ledger, line, payment)
        if _is_given_back(application):
            ledger.meet(Duty.REPAYMENT)

    perform(
        desk,
        application,
        ACTS[said.kind],
        work,
        facts=_facts(line, payment),
        line=line,
        notify=notify,
    )
    return payment


def _write(ledger: Ledger, line: FunderLine, payment: Payment) -> None:
    ledger.session.flush()  # the entry gets its number
    payment.entry_id = ledger.entry.id
    line.payments.append(payment)
    if payment.kind is PaymentKind.REPAYMENT:
        line.repaid += payment.amount
    else:
        line.paid += payment.amount


def _is_given_back(application: Application) -> bool:
    return bool(application.to_repay) and application.repaid >= (application.to_repay or 0)


def _facts(line: FunderLine, payment: Payment) -> dict[str, object]:
    return {
        "funder": line.funder.name,
        "kind": str(payment.kind),
        "amount": str(payment.amount),
        "on": str(payment.paid_on),
        "payment_reference": payment.reference,
    }


def cancel_payment(
    desk: Desk, application: Application, line: FunderLine, payment: Payment, reason: str
) -> Payment:
    """Undo a payment noted by mistake: an entry of the opposite amount, and both stay to be read.

    Mail about it that has not left is cancelled; who was told is told. Raises `Refused`, or
    `BadInput` without a reason, when it is undone already, or when what was given back since
    would exceed what was paid.
    """
    if problem := _why_not(line, payment, reason):
        raise BadInput(problem)
    undoing = Payment(
        kind=payment.kind,
        amount=-payment.amount,
        paid_on=payment.paid_on,
        reference=payment.reference,
        cancels_id=payment.id,
    )

    def work(ledger: Ledger) -> None:
        _write(ledger, line, undoing)
        if payment.kind is PaymentKind.REPAYMENT and not _is_given_back(application):
            _owe_again(ledger)
        cancel_unsent(desk.session, payment.entry_id, now=desk.now, reason=_("versement annulé"))

    told = bool(sent_for(desk.session, payment.entry_id))
    facts = _facts(line, payment) | {"told": told}
    perform(desk, application, Act.CANCEL_PAYMENT, work, facts=facts, words=reason, line=line)
    return undoing


def _why_not(line: FunderLine, payment: Payment, reason: str) -> str:
    if not reason.strip():
        return _("Pour annuler un versement, il faut un motif.")
    if payment not in standing(line.payments):
        return _("Ce versement est déjà annulé.")
    if payment.kind is not PaymentKind.REPAYMENT and line.paid - payment.amount < line.repaid:
        return _("Une partie de ce versement a été reversée : annulez d’abord le reversement.")
    return ""


def _owe_again(ledger: Ledger) -> None:
    """What was to be given back is owed as before."""
    met = ledger.session.scalars(
        select(Obligation).where(
            Obligation.application_id == ledger.application.id,
            Obligation.duty == Duty.REPAYMENT,
            Obligation.status == ObligationStatus.MET,
        )
    )
    for obligation in met:
        ledger.reopen(obligation)


def find_payment(payments: Sequence[Payment], reference: str) -> Payment:
    """The payment of that reference among these, undone ones left out; raises `NotFound`."""
    found = [p for p in standing(payments) if p.reference == reference.strip()]
    if not found:
        known = ", ".join(p.reference for p in standing(payments)) or _("aucun")
        said = _("Aucun versement n’a la référence « {reference} » ; versements notés : {known}.")
        raise NotFound(said.format(reference=reference, known=known))
    return found[-1]


def repay_all(desk: Desk, application: Application, paid_on: date | None = None) -> None:
    """What was to be given back has been, on a file whose payments nobody noted.

    Raises `Refused`, or `BadInput` when nothing is owed or when payments were noted: then each
    repayment is noted with its funder, amount and reference.
    """
    if not application.to_repay:
        raise BadInput(_("Aucun reversement n’est attendu sur ce dossier."))
    if application.paid:
        raise BadInput(
            _(
                "Des versements sont notés sur ce dossier : dites à quel financeur le reversement"
                " est fait, son montant et sa référence."
            )
        )

    def work(ledger: Ledger) -> None:
        ledger.meet(Duty.REPAYMENT)

    facts = {"amount": str(application.to_repay), "on": str(paid_on or desk.today)}
    perform(desk, application, Act.RECORD_REPAYMENT, work, facts=facts)
