"""`jalon grant import-payments`: a whole file of payments, or nothing and every reason why not."""

from pathlib import Path
from typing import Annotated

import typer

from cli.bringing import tell_warnings
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
from models.session import transaction
from workflows.applications.payment_file import PaymentsBrought, import_payments
from workflows.queries import get_contract


def import_payments_command(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="CSV ou XLSX.")],
    dry_run: DryRunOption = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Prévenir chaque porteur de chaque versement.")
    ] = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Noter tous les versements d’un fichier : tout, ou rien. Le même fichier deux fois ne change rien."""
    now = moment(at)
    with transaction() as session:
        found = get_contract(session, contract)
        by = acting(session, actor, found.id)
        report = import_payments(session, file, found.id, actor=by, now=now, notify=notify)
        if dry_run:
            session.rollback()
    if json:
        warnings = [str(warning) for warning in report.warnings]
        emit_json({"dry_run": dry_run} | report._asdict() | {"warnings": warnings})
    else:
        _tell(report, dry_run=dry_run)


def _tell(report: PaymentsBrought, *, dry_run: bool) -> None:
    opening = _("Essai, rien n’est enregistré. ") if dry_run else ""
    said = _("{opening}{lines} lignes lues : {recorded} versements notés, {unchanged} déjà connus.")
    write(
        said.format(
            opening=opening,
            lines=report.lines,
            recorded=report.recorded,
            unchanged=report.unchanged,
        )
    )
    tell_warnings(report.warnings)
