"""`jalon catalogue`: import the fiches of a contract, see what would change, export them."""

import sys
from dataclasses import asdict
from pathlib import Path
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
from models.errors import BadInput, Problem
from models.session import reading, transaction
from workflows.catalogue import apply_catalogue, directory_of, read_catalogue
from workflows.catalogue.difference import CatalogueDiff, Change, difference
from workflows.catalogue.export import FORMATS, written
from workflows.catalogue.pilots import shorten
from workflows.catalogue.read import ReadResult
from workflows.catalogue.stored import find_contract, stored_catalogue
from workflows.queries import get_contract

app = typer.Typer(
    help="Importer et exporter les fiches du contrat de ville.",
    no_args_is_help=True,
    add_completion=False,
)
MANY = 12  # beyond, changes of one field are counted rather than shown one by one


@app.command("import")
def import_command(
    file: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Texte du document, CSV, XLSX, YAML ou JSON.")
    ],
    dry_run: DryRunOption = False,
    json: JsonOption = False,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Lire un catalogue, dire ce qu’il a de particulier et ce qu’il change, puis l’appliquer."""
    now = moment(at)
    with (reading if dry_run else transaction)() as session:
        result = read_catalogue(file, lambda code: directory_of(session, code))
        if dry_run:
            diff = difference(session, result.document)
        else:
            contract = find_contract(session, result.document.contract.code)
            by = acting(session, actor, contract.id if contract else 0)
            diff = apply_catalogue(session, result.document, now=now, actor=by)
    if json:
        emit_json(_as_data(result, diff, dry_run=dry_run))
    else:
        _tell_reading(result)
        _tell_difference(diff, dry_run=dry_run)


@app.command("export")
def export_command(
    file_format: Annotated[
        str | None,
        typer.Option("--format", help=f"{', '.join(FORMATS)} (sinon d’après -o, sinon json)."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FICHIER", help="Où écrire.")
    ] = None,
    contract: ContractOption = None,
) -> None:
    """Écrire le catalogue en vigueur ; ce qui est écrit peut être importé à nouveau."""
    chosen = file_format or (output.suffix[1:].lower() if output else "") or "json"
    if chosen == "xlsx" and output is None:
        raise BadInput(_("Un classeur XLSX s’écrit dans un fichier : ajoutez -o catalogue.xlsx."))
    with reading() as session:
        content = written(stored_catalogue(session, get_contract(session, contract).code), chosen)
    if output is None:
        sys.stdout.write(content.decode())
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        text = _("impossible d’écrire ce fichier ({detail}).").format(detail=error.strerror)
        raise BadInput([Problem(text, str(output))]) from error
    write(_("Catalogue écrit dans {file}.").format(file=output))


def _as_data(result: ReadResult, diff: CatalogueDiff, *, dry_run: bool) -> dict[str, Any]:
    return {
        "contract": result.document.contract.model_dump(mode="json"),
        "year": result.document.year,
        "counts": result.document.counts._asdict(),
        "oddities": [oddity._asdict() for oddity in result.oddities],
        "difference": {
            **asdict(diff),
            "heading_changes": [change._asdict() for change in diff.heading_changes],
            "changes": [change._asdict() for change in diff.changes],
            "kept": [kept._asdict() for kept in diff.kept],
            "empty": diff.is_empty,
        },
        "applied": not dry_run and not diff.is_empty,
    }


def _tell_reading(result: ReadResult) -> None:
    document, counts = result.document, result.document.counts
    write(
        f"{document.contract.name} ({document.contract.code}), {document.year or _('sans année')}"
    )
    text = _(
        "{fiches} fiches dont {open} ouvertes à l’appel, {enjeux} enjeux, "
        "{pilots} pilotes cités {mentions} fois."
    )
    write(text.format(**counts._asdict()))
    if result.oddities:
        write()
        write(_("Particularités du document ({count}) :").format(count=len(result.oddities)))
    for oddity in result.oddities:
        where = _("ligne {line} : ").format(line=oddity.line) if oddity.line else ""
        write(f"  {where}{oddity.text}")


def _tell_difference(diff: CatalogueDiff, *, dry_run: bool) -> None:
    write()
    if diff.new_contract:
        write(_("Nouveau contrat : {code}.").format(code=diff.contract))
    for label, names in (
        (_("Organisations ajoutées"), diff.organisations),
        (_("Graphies ajoutées"), diff.aliases),
        (_("Fiches ajoutées"), diff.added),
        (_("Fiches rétablies"), diff.restored),
        (_("Fiches retirées, absentes du document"), diff.retired),
    ):
        if names:
            write(f"{label} ({len(names)}) : {', '.join(names)}.")
    _tell_changes([*diff.heading_changes, *diff.changes])
    if diff.reordered:
        write(_("L’ordre des fiches change."))
    for kept in diff.kept:
        text = _("Fiche {number} absente du document, gardée : {count} dossiers l’utilisent.")
        write(text.format(number=kept.number, count=kept.applications))
    write(_ending(diff, dry_run=dry_run))


def _ending(diff: CatalogueDiff, *, dry_run: bool) -> str:
    if diff.is_empty:
        return _("Rien ne change : le catalogue est déjà celui-ci.")
    return _("Essai : rien n’a été modifié.") if dry_run else _("Catalogue appliqué.")


def _tell_changes(changes: list[Change]) -> None:
    """One line per change; one line for a field that changes nearly everywhere."""
    fields: dict[str, list[Change]] = {}
    for change in changes:
        fields.setdefault(change.field, []).append(change)
    for name, found in fields.items():
        if len(found) > MANY:
            text = _("{field} : autre texte dans {count} fiches ({fiches}).")
            numbers = ", ".join(change.of for change in found)
            label = _label(name).capitalize()
            write(text.format(field=label, count=len(found), fiches=numbers))
            continue
        for change in found:
            write(_change(change))


def _change(change: Change) -> str:
    of = _("Fiche {number}").format(number=change.of) if change.of[:1].isdigit() else change.of
    if change.field == "call":
        state = _("ouverte") if change.after else _("fermée")
        return _("{of} : désormais {state}.").format(of=of, state=state)
    before, after = shorten(change.before), shorten(change.after)
    return f"{of}, {_label(change.field)} : « {before} » → « {after} »"


def _label(name: str) -> str:
    labels = {
        "title": _("intitulé"),
        "enjeu": _("enjeu"),
        "call": _("ouverture à l’appel"),
        "objectives": _("objectifs"),
        "objectives_source": _("texte d’origine des objectifs"),
        "pilots": _("pilotes"),
        "pilots_source": _("texte d’origine des pilotes"),
        "name": _("nom"),
        "organisation": _("organisation qui le porte"),
        "starts_on": _("début"),
        "ends_on": _("fin"),
    }
    return labels[name]
