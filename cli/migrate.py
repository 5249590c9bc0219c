"""`jalon migrate-data`: from SQLite to PostgreSQL (or back), every row counted on both sides."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.common import JsonOption, emit_json, table, write
from config.i18n import gettext as _

app = typer.Typer()


@app.command()
def migrate(
    source: Annotated[str, typer.Argument(metavar="DÉPART", help="L’adresse de la base actuelle.")],
    dest: Annotated[str, typer.Argument(metavar="ARRIVÉE", help="L’adresse d’une base vide.")],
    json: JsonOption = False,
) -> None:
    """Copier toute la base dans une autre, vide, et comparer les deux. Arrêtez Jalon d’abord."""
    from workflows.moving import move

    moved = move(source, dest)
    if json:
        emit_json(asdict(moved))
        return
    table(
        _("Copié et vérifié"),
        [_("Table"), _("Lignes")],
        [[name, many] for name, many in moved.rows.items() if many],
        right=(1,),
    )
    for code, seq in moved.journals.items():
        write(_("Journal de {code} : {seq} entrées, chaîne intacte.").format(code=code, seq=seq))
