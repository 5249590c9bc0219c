"""`jalon calendar`: the days that offices are closed, and what is due that follows them."""

from datetime import date
from typing import Annotated

import typer

from cli.common import (
    ActorOption,
    AtOption,
    ContractOption,
    JsonOption,
    acting,
    civil,
    emit_json,
    in_french,
    moment,
    table,
    write,
)
from config.i18n import gettext as _
from models.session import reading, transaction
from workflows.calendar_keeping import Moved, close_days, days_between, reopen_days
from workflows.closed_days import closed_days_of
from workflows.queries import get_contract

app = typer.Typer(help="Les jours fermés, en plus des fériés.", no_args_is_help=True)
First = Annotated[str, typer.Argument(metavar="DATE", help="Le jour, ou le premier.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Le dernier jour, compris.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Dire ce qui bougerait, sans rien garder.")]


@app.command("list")
def list_command(contract: ContractOption = None, json: JsonOption = False) -> None:
    """Les fermetures enregistrées."""
    with reading() as session:
        rows = list(closed_days_of(session, get_contract(session, contract).id).items())
    if json:
        emit_json([{"day": day, "label": label} for day, label in rows])
        return
    head = [_("Jour"), _("Nom")]
    table(
        _("Fermetures : {count}").format(count=len(rows)),
        head,
        [(in_french(day), label) for day, label in rows],
    )


@app.command("close")
def close_command(
    day: First,
    until: Until = None,
    label: Annotated[str, typer.Option(help="Pourquoi, par exemple un pont.")] = "",
    dry_run: DryRun = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Fermer un jour ou plusieurs ; les échéances qui y tombent passent au jour ouvré suivant."""
    days = _days(day, until)
    with transaction() as session:
        found = get_contract(session, contract).id
        who = acting(session, actor, found)
        moved = close_days(session, found, days, label, actor=who, now=moment(at))
        if dry_run:
            session.rollback()
    _tell(moved, dry_run=dry_run)


@app.command("reopen")
def reopen_command(
    day: First,
    until: Until = None,
    dry_run: DryRun = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Rouvrir un jour ou plusieurs ; les échéances repoussées pour eux reviennent."""
    days = _days(day, until)
    with transaction() as session:
        found = get_contract(session, contract).id
        who = acting(session, actor, found)
        moved = reopen_days(session, found, days, actor=who, now=moment(at))
        if dry_run:
            session.rollback()
    _tell(moved, dry_run=dry_run)


def _days(day: str, until: str | None) -> list[date]:
    return days_between(civil(day), civil(until or day))


def _tell(moved: list[Moved], *, dry_run: bool) -> None:
    said = _("Rien n’est gardé. Échéances qui bougeraient : {count}")
    done = _("Enregistré. Échéances déplacées : {count}")
    head = [_("Dossier"), _("Échéance"), _("Avant"), _("Après")]
    rows = [(m.reference, m.what, in_french(m.before), in_french(m.after)) for m in moved]
    title = (said if dry_run else done).format(count=len(moved))
    if rows:
        table(title, head, rows)
    else:
        write(title + ".")
