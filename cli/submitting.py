"""`jalon applications submit`: one application typed option by option."""

from typing import Annotated, Any

import typer

from cli.common import (
    ActorOption,
    AtOption,
    ContractOption,
    DryRunOption,
    JsonOption,
    acting,
    emit_json,
    moment,
    write,
)
from config.i18n import gettext as _
from models.errors import BadInput
from models.session import reading, transaction
from workflows.advance import Done, submit
from workflows.applications.typed import typed_draft
from workflows.queries import get_call, get_contract
from workflows.submission import build

OPTIONS = {  # what a person calls each field, for the errors
    "reference": "--reference",
    "fiche": "--fiche",
    "title": "--title",
    "summary": "--summary",
    "applicant": "--applicant",
    "siret": "--siret",
    "rna": "--rna",
    "contact": "--contact",
    "email": "--email",
    "received_at": "--received",
    "starts_on": "--starts",
    "ends_on": "--ends",
    "financial_year_ends_on": "--year-end",
    "charges": "--charges",
    "resources": "--resources",
    "renewal": "--renewal",
    "prior_report_on": "--prior-report",
    "years": "--years",
    "qpvs": "--qpv",
    "late_reason": "--late-reason",
    "funder": "--ask",
    "asked": "--ask",
}


def submit_command(
    fiche: Annotated[
        str, typer.Option(metavar="N", help="Le numéro de la fiche, par exemple 1.10.")
    ],
    title: Annotated[str, typer.Option(help="L’intitulé de l’action.")],
    applicant: Annotated[str, typer.Option(help="Le nom du porteur.")],
    starts: Annotated[str, typer.Option(metavar="DATE", help="Le début de l’action.")],
    ends: Annotated[str, typer.Option(metavar="DATE", help="La fin de l’action.")],
    charges: Annotated[str, typer.Option(metavar="EUR", help="Le total des charges.")],
    resources: Annotated[str, typer.Option(metavar="EUR", help="Le total des produits.")],
    ask: Annotated[
        list[str], typer.Option(metavar="FINANCEUR=EUR", help="Ce qui est demandé (répétable).")
    ],
    siret: Annotated[str | None, typer.Option(help="Le SIRET du porteur.")] = None,
    rna: Annotated[str | None, typer.Option(help="Son numéro RNA, à défaut de SIRET.")] = None,
    contact: Annotated[str | None, typer.Option(help="Le nom du contact.")] = None,
    email: Annotated[str | None, typer.Option(help="Son adresse électronique.")] = None,
    reference: Annotated[str | None, typer.Option(help="Sa référence ailleurs (DAUPHIN).")] = None,
    summary: Annotated[str | None, typer.Option(help="Le résumé de l’action.")] = None,
    received: Annotated[
        str | None, typer.Option(metavar="DATE", help="La réception (sinon maintenant).")
    ] = None,
    year_end: Annotated[
        str | None, typer.Option(metavar="DATE", help="La fin de l’exercice.")
    ] = None,
    renewal: Annotated[bool, typer.Option("--renewal", help="C’est un renouvellement.")] = False,
    prior_report: Annotated[
        str | None, typer.Option(metavar="DATE", help="La réception du bilan N-1.")
    ] = None,
    years: Annotated[str | None, typer.Option(help="Sur combien d’années.")] = None,
    qpv: Annotated[
        list[str] | None, typer.Option(help="Un quartier, par son code (répétable).")
    ] = None,
    late_reason: Annotated[
        str | None, typer.Option(help="Le motif qui fait admettre un dossier tardif.")
    ] = None,
    call: Annotated[
        int | None, typer.Option("--call", metavar="ANNÉE", help="L’appel (sinon le dernier).")
    ] = None,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Déposer un dossier ; son porteur recevra un accusé de réception."""
    said = {
        "fiche": fiche, "title": title, "applicant": applicant, "starts_on": starts, "ends_on": ends,
        "charges": charges, "resources": resources, "siret": siret, "rna": rna, "contact": contact,
        "email": email, "reference": reference, "summary": summary, "received_at": received,
        "financial_year_ends_on": year_end, "renewal": "oui" if renewal else None,
        "prior_report_on": prior_report, "years": years, "qpvs": " ".join(qpv or []),
        "late_reason": late_reason,
    }  # fmt: skip
    now = moment(at)
    with (reading if dry_run else transaction)() as session:
        found = get_contract(session, contract)
        opened = get_call(session, found.id, call)
        asks = [ask_in(text) for text in ask]
        draft = typed_draft(session, opened, said, asks, now=now, names=OPTIONS)
        by = acting(session, actor, found.id)
        done = submit(session, build(session, opened, draft), by, now)
        session.flush()
        told = _told(done, dry_run=dry_run)
    if json:
        emit_json(told)
    else:
        _write(told)


def ask_in(text: str) -> tuple[str, str]:
    """The funder and the amount of « Ville=3000 »; raises `BadInput`."""
    funder, sign, amount = text.rpartition("=")
    if not sign or not funder.strip():
        raise BadInput(
            _("« {text} » : écrivez FINANCEUR=EUR, par exemple Ville=3000.").format(text=text)
        )
    return funder.strip(), amount


def _told(done: Done, *, dry_run: bool) -> dict[str, Any]:
    return {
        "reference": done.entry.facts["reference"],
        "dry_run": dry_run,
        "obligations": [{"key": o.key, "due": o.effective_on} for o in done.obligations],
        "mail": [{"recipient": m.recipient, "subject": m.subject} for m in done.messages],
    }


def _write(told: dict[str, Any]) -> None:
    opening = _("Essai, rien n’est enregistré. ") if told["dry_run"] else ""
    said = _("{opening}Dossier {reference} déposé.")
    write(said.format(opening=opening, reference=told["reference"]))
    for mail in told["mail"]:
        said = _("  courriel à {recipient} : {subject}")
        write(said.format(recipient=mail["recipient"], subject=mail["subject"]))
