"""`jalon obligations`: who owes what, and by when."""

from typing import Annotated

import typer

from cli.common import AtOption, ContractOption, JsonOption, emit_json, in_french, moment, table
from config.i18n import gettext as _
from models.session import reading
from workflows.deadlines import civil_date
from workflows.owed import Owed, list_owed
from workflows.queries import get_contract

HELP = "Qui doit quoi, et pour quand."
app = typer.Typer(help=HELP, no_args_is_help=True)


@app.callback(help=HELP)
def obligations() -> None:
    """The group's name comes before its command, even while there is one only."""


@app.command("list")
def list_command(
    late: Annotated[bool, typer.Option("--late", help="Seulement ce qui est en retard.")] = False,
    owner: Annotated[
        str | None,
        typer.Option("--for", metavar="ADRESSE|PILOTE", help="Une personne ou un organisme."),
    ] = None,
    contract: ContractOption = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Les échéances en cours, la plus proche d’abord."""
    today = civil_date(moment(at))
    with reading() as session:
        found = get_contract(session, contract)
        rows = list_owed(session, found.id, today, late=late, owner=owner)
    if json:
        emit_json([row._asdict() for row in rows])
        return
    table(
        _("Échéances au {day} : {count}").format(day=in_french(today), count=len(rows)),
        [_("Échéance"), _("Reste"), _("Par"), _("Attendu"), _("Clé")],
        [_line(row) for row in rows],
        right=(1,),
    )


def _line(row: Owed) -> list[object]:
    about = f" ({row.about})" if row.about else ""
    return [in_french(row.due), _left(row), row.organisation, row.label + about, row.key]


def _left(row: Owed) -> str:
    if row.status == "paused":
        return _("suspendu")
    if row.days_left < 0:
        return _("{days} j de retard").format(days=-row.days_left)
    return _("{days} j").format(days=row.days_left)
