"""`jalon file amend`: what was submitted, corrected option by option."""

from typing import Annotated, Any

import typer

from cli.common import ActorOption, AtOption, DryRunOption, JsonOption, emit_json, write
from cli.desk import ReasonOption, Ref, desk_for
from cli.submitting import OPTIONS, ask_in
from config.i18n import gettext as _
from notifications.changes import Changed, changed
from workflows.drafts.amending_fields import amend_fields

Text = str | None
YES = {True: "oui", False: "non", None: None}


def amend_command(
    reference: Ref,
    fiche: Annotated[Text, typer.Option(metavar="N", help="Le numéro de la fiche.")] = None,
    title: Annotated[Text, typer.Option(help="L’intitulé de l’action.")] = None,
    summary: Annotated[Text, typer.Option(help="Le résumé de l’action.")] = None,
    starts: Annotated[Text, typer.Option(metavar="DATE", help="Le début de l’action.")] = None,
    ends: Annotated[Text, typer.Option(metavar="DATE", help="La fin de l’action.")] = None,
    year_end: Annotated[Text, typer.Option(metavar="DATE", help="La fin de l’exercice.")] = None,
    charges: Annotated[Text, typer.Option(metavar="EUR", help="Le total des charges.")] = None,
    resources: Annotated[Text, typer.Option(metavar="EUR", help="Le total des produits.")] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FINANCEUR=EUR",
            help="Ce qui est demandé à ce financeur, 0 pour ne plus rien lui demander (répétable).",
        ),
    ] = None,
    qpv: Annotated[
        list[str] | None, typer.Option(help="Les quartiers, par leur code (répétable).")
    ] = None,
    renewal: Annotated[
        bool | None, typer.Option("--renewal/--no-renewal", help="C’est un renouvellement, ou non.")
    ] = None,
    applicant: Annotated[Text, typer.Option(help="Le nom du porteur, avec son SIRET.")] = None,
    siret: Annotated[Text, typer.Option(help="Le SIRET du porteur.")] = None,
    rna: Annotated[Text, typer.Option(help="Son numéro RNA, à défaut de SIRET.")] = None,
    contact: Annotated[Text, typer.Option(help="Le nom du contact, avec son adresse.")] = None,
    email: Annotated[Text, typer.Option(help="Son adresse électronique.")] = None,
    reason: ReasonOption = "",
    actor: ActorOption = None,
    at: AtOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Corriger un dossier déposé ; ce qui n’est pas dit ne change pas. Son porteur en est averti."""
    said = {
        "fiche": fiche, "title": title, "summary": summary, "starts_on": starts, "ends_on": ends,
        "financial_year_ends_on": year_end, "charges": charges, "resources": resources,
        "qpvs": " ".join(qpv) if qpv else None, "renewal": YES[renewal], "applicant": applicant, "siret": siret,
        "rna": rna, "contact": contact, "email": email,
    }  # fmt: skip
    asks = [ask_in(text) for text in ask or []]
    with desk_for(reference, actor, at, dry_run=dry_run) as (desk, application):
        entry = amend_fields(desk, application, said, asks, reason=reason, names=OPTIONS)
        changes = changed(entry.facts)
        told = {"reference": application.reference, "dry_run": dry_run}
    if json:
        emit_json(told | {"changes": [change.model_dump() for change in changes]})
    else:
        _write(told, changes)


def _write(told: dict[str, Any], changes: tuple[Changed, ...]) -> None:
    said = _("Essai, rien n’est enregistré. Le dossier {reference} changerait :")
    done = _("Dossier {reference} modifié :")
    write((said if told["dry_run"] else done).format(reference=told["reference"]))
    for change in changes:
        write(f"  {change.sentence}")
