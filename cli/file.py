"""`jalon file`: what happens in an application's file without moving it."""

from typing import Annotated

import typer
from sqlalchemy import select

from cli.amending import amend_command
from cli.common import ActorOption, AtOption, civil, euros, write
from cli.desk import DayOption, Funder, ReasonOption, Ref, desk_for, line_of
from config.i18n import gettext as _
from models import Application, Obligation, Organisation
from models.errors import BadInput, NotFound
from models.vocabulary import Verdict
from workflows.acts import (
    ask_piece,
    decide_line,
    extend,
    give_opinion,
    receive_piece,
    record_prior_report,
)

app = typer.Typer(help="Pièces, avis, décisions et délais d’un dossier.", no_args_is_help=True)
app.command("amend")(amend_command)


@app.command("ask-piece")
def ask_piece_command(
    reference: Ref,
    name: Annotated[str, typer.Argument(metavar="PIÈCE", help="La pièce demandée.")],
    reason: ReasonOption = "",
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Demander une pièce au porteur ; le délai de recevabilité attend."""
    with desk_for(reference, actor, at) as (desk, application):
        ask_piece(desk, application, name, reason)
    write(_("Pièce demandée : {name}.").format(name=name))


@app.command("receive-piece")
def receive_piece_command(
    reference: Ref,
    name: Annotated[str, typer.Argument(metavar="PIÈCE", help="La pièce reçue.")],
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Noter l’arrivée d’une pièce."""
    with desk_for(reference, actor, at) as (desk, application):
        receive_piece(desk, application, name)
    write(_("Pièce reçue : {name}.").format(name=name))


@app.command("prior-report")
def prior_report_command(reference: Ref, actor: ActorOption = None, at: AtOption = None) -> None:
    """Noter l’arrivée du bilan de l’année précédente (renouvellement)."""
    with desk_for(reference, actor, at) as (desk, application):
        record_prior_report(desk, application)
    write(_("Bilan de l’année précédente noté."))


@app.command("opinion")
def opinion_command(
    reference: Ref,
    pilot: Annotated[str, typer.Argument(metavar="PILOTE", help="L’organisme pilote.")],
    verdict: Annotated[
        Verdict,
        typer.Argument(
            metavar="AVIS",
            help="favourable (favorable), reserved (réservé), adverse (défavorable) ou waived (sans avis).",
        ),
    ],
    reason: ReasonOption = "",
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Donner l’avis d’un pilote, ou passer outre (waived, avec un motif)."""
    with desk_for(reference, actor, at) as (desk, application):
        give_opinion(desk, application, _pilot(application, pilot), verdict, reason)
    write(_("Avis enregistré."))


def _pilot(application: Application, name: str) -> Organisation:
    for pilot in application.fiche.pilots:
        if pilot.organisation.name.casefold() == name.casefold():
            return pilot.organisation
    names = ", ".join(pilot.organisation.name for pilot in application.fiche.pilots)
    raise NotFound(
        _("« {name} » n’est pas pilote de cette fiche ; pilotes : {names}.").format(
            name=name, names=names
        )
    )


@app.command("decide")
def decide_command(
    reference: Ref,
    funder: Funder,
    amount: Annotated[str, typer.Argument(metavar="EUR", help="Montant accordé, 0 pour un refus.")],
    decision: Annotated[str, typer.Option(metavar="TEXTE", help="La référence de la décision.")],
    on: DayOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Noter la décision d’un financeur avant l’attribution."""
    with desk_for(reference, actor, at) as (desk, application):
        line = line_of(application, funder)
        day = civil(on) if on else None
        decide_line(desk, application, line, euros(amount), reference=decision, decided_on=day)
    write(_("Décision enregistrée."))


@app.command("extend")
def extend_command(
    key: Annotated[
        str, typer.Argument(metavar="CLÉ", help="La clé de l’échéance (jalon obligations list).")
    ],
    until: Annotated[str, typer.Argument(metavar="DATE", help="La nouvelle date.")],
    reason: ReasonOption = "",
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Donner un délai, avec un motif."""
    with desk_for(key.partition(":")[0], actor, at) as (desk, application):
        obligation = desk.session.scalar(select(Obligation).where(Obligation.key == key))
        if obligation is None:
            raise NotFound(_("Aucune échéance n’a la clé « {key} ».").format(key=key))
        if obligation.ended_on is not None:
            raise BadInput(_("Cette échéance est déjà close."))
        extend(desk, application, obligation, civil(until), reason)
    write(_("Délai accordé."))
