"""`jalon bounces`: the mail that came back, read from files or taken from the mail server."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common import AtOption, JsonOption, emit_json, moment, write
from config.i18n import gettext as _

app = typer.Typer(
    help="Les messages revenus : échecs, réponses automatiques.", no_args_is_help=True
)


@app.command("read")
def read_command(
    place: Annotated[
        Path,
        typer.Argument(metavar="FICHIER|DOSSIER", help="Un message, une boîte mbox ou un Maildir."),
    ],
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Lire ce qui est revenu ; relire la même boîte ne change rien."""
    from dataclasses import asdict

    from workflows.bounces import hear_mailbox

    told = hear_mailbox(place, moment(at))
    if json:
        emit_json(asdict(told))
        return
    write(
        _("Lus : {read} ; nouveaux échecs définitifs : {hard}, passagers : {soft}, réponses"
          " automatiques : {automatic}, autres : {other}.").format(**asdict(told))
    )  # fmt: skip


@app.command("listen")
def listen_command(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Le port LMTP, sur cette machine.")
    ] = 8024,
) -> None:
    """Recevoir par LMTP ce que le serveur de messagerie remet, jusqu’à l’arrêt (Ctrl-C)."""
    from workflows.bounce_server import serve

    def ready(number: int) -> None:
        write(_("LMTP sur 127.0.0.1:{port} ; Ctrl-C pour arrêter.").format(port=number))

    serve(port, lambda: moment(None), ready)
