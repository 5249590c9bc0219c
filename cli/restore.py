"""`jalon restore`: fill an empty place from a backup; no mail leaves until a person says so."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common import write
from config.i18n import gettext as _

app = typer.Typer()


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="La sauvegarde.")],
) -> None:
    """Remplir une base vide (JALON_DATABASE_URL) ; son courrier est retenu jusqu’à nouvel ordre."""
    from workflows.backups import restore as put_back

    held = put_back(file)
    write(_("Base restaurée. Messages retenus : {held}.").format(held=held))
    if held:
        write(
            _(
                "Certains ont pu partir depuis la sauvegarde : voyez « jalon outbox list --status"
                " held », puis « jalon outbox release » ou « jalon outbox cancel »."
            )
        )
