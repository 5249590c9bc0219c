"""`jalon grant pay`, `cancel-payment`, `repaid`: what funders pay, and what is given back to them."""

from datetime import date
from typing import Annotated

import typer

from cli.common import ActorOption, AtOption, DryRunOption, civil, euros, write
from cli.desk import DayOption, Funder, ReasonOption, Ref, desk_for, line_of
from config.i18n import gettext as _
from config.labels import payment_label
from models.errors import BadInput
from models.vocabulary import PaymentKind
from notifications import formats
from workflows.desk import Desk
from workflows.payment_rules import PaymentSaid, remaining, usual_kind
from workflows.payments import (
    cancel_payment,
    find_payment,
    record_payment,
    repay_all,
)

KINDS = [kind for kind in PaymentKind if kind is not PaymentKind.REPAYMENT]
PaymentOption = Annotated[
    str, typer.Option("--reference", metavar="TEXTE", help="Par exemple le numéro du mandat.")
]


def pay_command(
    reference: Ref,
    funder: Funder,
    amount: Annotated[str, typer.Argument(metavar="EUR", help="Le montant versé.")],
    payment: PaymentOption,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="NATURE",
            help="advance (avance), instalment (acompte) ou balance (solde) ;"
            " sinon solde quand plus rien ne reste à verser, acompte autrement.",
        ),
    ] = None,
    on: DayOption = None,
    dry_run: DryRunOption = False,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Noter un versement d’un financeur ; le porteur en est prévenu."""
    with desk_for(reference, actor, at, dry_run=dry_run) as (desk, application):
        line, paid = line_of(application, funder), euros(amount)
        chosen = _kind(kind) if kind else usual_kind(line, paid)
        record_payment(desk, application, line, PaymentSaid(chosen, paid, payment, _day(desk, on)))
        told = _(
            "Versement noté ({kind}) : {amount}. Reste à verser par « {name} » : {left}."
        ).format(
            kind=payment_label(chosen),
            amount=formats.euros(paid),
            name=line.funder.name,
            left=formats.euros(remaining(line, chosen)),
        )
    _tell(told, dry_run=dry_run)


def cancel_command(
    reference: Ref,
    funder: Funder,
    payment: PaymentOption,
    reason: ReasonOption = "",
    dry_run: DryRunOption = False,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Annuler un versement noté par erreur : les deux écritures restent au dossier."""
    with desk_for(reference, actor, at, dry_run=dry_run) as (desk, application):
        line = line_of(application, funder)
        found = find_payment(line.payments, payment)
        cancel_payment(desk, application, line, found, reason)
        told = _("Annulé : {kind} de {amount}, « {reference} ».").format(
            kind=payment_label(found.kind),
            amount=formats.euros(found.amount),
            reference=found.reference,
        )
    _tell(told, dry_run=dry_run)


def repaid_command(
    reference: Ref,
    funder: Annotated[
        str | None, typer.Argument(metavar="[FINANCEUR]", help="À qui l’argent est rendu.")
    ] = None,
    amount: Annotated[str | None, typer.Argument(metavar="[EUR]", help="Le montant.")] = None,
    payment: PaymentOption = "",
    on: DayOption = None,
    dry_run: DryRunOption = False,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Noter un reversement : à un financeur, ou en tout quand aucun versement n’a été noté."""
    if (funder is None) != (amount is None):
        raise BadInput(_("Donnez le financeur et le montant, ou ni l’un ni l’autre."))
    with desk_for(reference, actor, at, dry_run=dry_run) as (desk, application):
        if funder is None or amount is None:
            repay_all(desk, application, _day(desk, on))
        else:
            said = PaymentSaid(PaymentKind.REPAYMENT, euros(amount), payment, _day(desk, on))
            record_payment(desk, application, line_of(application, funder), said)
    _tell(_("Reversement enregistré."), dry_run=dry_run)


def _kind(name: str) -> PaymentKind:
    if name not in KINDS:
        said = _("La nature « {name} » n’existe pas ; attendu : {known}.")
        raise BadInput(said.format(name=name, known=", ".join(KINDS)))
    return PaymentKind(name)


def _day(desk: Desk, on: str | None) -> date:
    return civil(on) if on else desk.today


def _tell(text: str, *, dry_run: bool) -> None:
    write((_("Essai, rien n’est enregistré. ") if dry_run else "") + text)
