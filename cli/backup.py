"""`jalon backup`: save the database while it is in use, and check what was saved."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common import write
from config.i18n import gettext as _

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="La sauvegarde à écrire.")],
) -> None:
    """Sauvegarder la base sans arrêter Jalon ; le fichier n’apparaît qu’une fois vérifié."""
    from config.database import database_url
    from models.backup import save

    size = save(database_url(), file)
    write(_("Sauvegarde vérifiée : {file}, {size} octets.").format(file=file, size=size))
