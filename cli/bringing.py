"""`jalon applications import`: a whole file, or nothing and every reason why not."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.common import (
    ActorOption,
    AtOption,
    ContractOption,
    DryRunOption,
    JsonOption,
    emit_json,
    moment,
    write,
)
from config.i18n import gettext as _
from models.errors import Problem
from models.session import reading, transaction
from workflows.actors import IMPORT, actor_for
from workflows.applications.drafting import Progress
from workflows.applications.importing import ImportReport, import_applications
from workflows.queries import get_call, get_contract

_WARNINGS_SHOWN = 20
CallOption = Annotated[
    int | None, typer.Option("--call", metavar="ANNÉE", help="L’appel (sinon le dernier).")
]


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="CSV ou XLSX.")],
    call: CallOption = None,
    dry_run: DryRunOption = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Devoir un accusé de réception à chaque porteur.")
    ] = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Importer un fichier de dossiers (nos colonnes, ou un extrait de DAUPHIN) : tout, ou rien."""
    now = moment(at)
    with (reading if dry_run else transaction)() as session, _progress() as progress:
        found = get_contract(session, contract)
        report = import_applications(
            session,
            file,
            get_call(session, found.id, call),
            actor=actor_for(session, actor, found.id) if actor else IMPORT,
            now=now,
            notify=notify,
            dry_run=dry_run,
            progress=progress,
        )
    if json:
        emit_json(_as_json(report, dry_run=dry_run))
    else:
        _tell(report, dry_run=dry_run)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Lecture"), total=None)

        def advance(done: int, total: int) -> None:
            label = _("Écriture") if total else _("Lecture")
            bar.update(task, description=label, completed=done, total=total or None)

        yield advance


def _as_json(report: ImportReport, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "kept": report.kept,
        "skipped_drafts": report.skipped_drafts,
        "lines": report.lines,
        "warnings": [str(warning) for warning in report.warnings],
    }


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    opening = _("Essai, rien n’est enregistré. ") if dry_run else ""
    said = _(
        "{opening}{lines} lignes lues : {created} dossiers créés, {updated} modifiés,"
        " {unchanged} inchangés, {kept} gardés tels quels, {skipped} brouillons laissés de côté."
    )
    write(
        said.format(
            opening=opening,
            lines=report.lines,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            kept=report.kept,
            skipped=report.skipped_drafts,
        )
    )
    tell_warnings(report.warnings)


def tell_warnings(warnings: Sequence[Problem]) -> None:
    """The first of them, and how many more there are."""
    for warning in warnings[:_WARNINGS_SHOWN]:
        write(_("  attention : {warning}").format(warning=warning))
    if warnings[_WARNINGS_SHOWN:]:
        more = len(warnings) - _WARNINGS_SHOWN
        write(_("  et {more} autres ; --json les donne tous.").format(more=more))
