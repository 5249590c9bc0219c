"""`jalon grant`: what happens after the award: agreements, payments, reports, new dates."""

from decimal import Decimal
from typing import Annotated

import typer

from cli.common import ActorOption, AtOption, civil, euros, write
from cli.desk import DayOption, Funder, ReasonOption, Ref, desk_for, line_of
from cli.paying import cancel_command, pay_command, repaid_command
from cli.payment_file import import_payments_command
from config.i18n import gettext as _
from models.vocabulary import ReportEnding, ReportKind
from workflows.agreements import publish_agreement, send_agreement, sign_agreement
from workflows.grants import postpone, receive_report, review_report

app = typer.Typer(
    help="Conventions, versements, bilans, nouvelles dates, reversements.", no_args_is_help=True
)
app.command("pay")(pay_command)
app.command("cancel-payment")(cancel_command)
app.command("repaid")(repaid_command)
app.command("import-payments")(import_payments_command)


@app.command("send-agreement")
def send_agreement_command(
    reference: Ref, funder: Funder, actor: ActorOption = None, at: AtOption = None
) -> None:
    """Adresser au porteur la convention à signer avec un financeur."""
    with desk_for(reference, actor, at) as (desk, application):
        send_agreement(desk, application, line_of(application, funder))
    write(_("Le porteur est invité à signer la convention."))


@app.command("sign")
def sign_command(
    reference: Ref,
    funder: Funder,
    on: DayOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Noter la signature de la convention avec un financeur."""
    with desk_for(reference, actor, at) as (desk, application):
        sign_agreement(desk, application, line_of(application, funder), civil(on) if on else None)
    write(_("Signature enregistrée ; la publication est due sous trois mois."))


@app.command("publish")
def publish_command(
    reference: Ref,
    funder: Funder,
    on: DayOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Noter la publication des données de la convention."""
    with desk_for(reference, actor, at) as (desk, application):
        publish_agreement(
            desk, application, line_of(application, funder), civil(on) if on else None
        )
    write(_("Publication enregistrée."))


@app.command("report")
def report_command(
    reference: Ref,
    kind: Annotated[
        ReportKind, typer.Argument(metavar="BILAN", help="interim (intermédiaire) ou final.")
    ],
    ending: Annotated[
        ReportEnding,
        typer.Option(
            metavar="ISSUE",
            help="carried_out (réalisée), not_carried_out (non réalisée) ou new_dates (nouvelles dates).",
        ),
    ] = ReportEnding.CARRIED_OUT,
    spent: Annotated[str | None, typer.Option(metavar="EUR", help="Montant dépensé.")] = None,
    comment: Annotated[str, typer.Option(help="Une remarque.")] = "",
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="La fin demandée, avec new_dates.")
    ] = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Noter l’arrivée d’un bilan."""
    amount: Decimal | None = euros(spent) if spent else None
    asked_end = civil(until) if until else None
    with desk_for(reference, actor, at) as (desk, application):
        receive_report(
            desk, application, kind,
            ending=ending, spent=amount, comment=comment, asked_end=asked_end,
        )  # fmt: skip
    write(_("Bilan reçu."))


@app.command("review")
def review_command(
    reference: Ref,
    accept: Annotated[bool, typer.Option("--accept/--return", help="L’approuver ou le renvoyer.")],
    reason: ReasonOption = "",
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Approuver le bilan final reçu, ou le renvoyer avec ce qui manque."""
    with desk_for(reference, actor, at) as (desk, application):
        review_report(desk, application, accept=accept, reason=reason)
    write(_("Bilan approuvé.") if accept else _("Bilan renvoyé au porteur."))


@app.command("postpone")
def postpone_command(
    reference: Ref,
    ends: Annotated[str, typer.Argument(metavar="DATE", help="La nouvelle fin de l’action.")],
    reason: ReasonOption = "",
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Reporter la fin de l’action ; le bilan final est reporté avec elle."""
    with desk_for(reference, actor, at) as (desk, application):
        postpone(desk, application, civil(ends), reason)
    write(_("Fin de l’action reportée."))
