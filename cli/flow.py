"""`jalon flow run`: start by hand one of the works that a clock starts."""

from typing import Annotated, Any

import typer

from cli.common import AtOption, JsonOption, emit_json, moment, write
from config.i18n import gettext as _
from models.errors import BadInput

HELP = "Lancer un traitement : appel annuel, échéances, rappels, envoi, sauvegarde."
NAMES = (
    "open-calls",
    "watch-deadlines",
    "compose-digests",
    "deliver-mail",
    "deliver-webhooks",
    "read-bounces",
    "backup",
)
app = typer.Typer(help=HELP, no_args_is_help=True)


@app.callback(help=HELP)
def flow() -> None:
    """The group's name comes before its commands, even while there is one only."""


@app.command("run")
def run_command(
    name: Annotated[str, typer.Argument(metavar="NOM", help=f"{', '.join(NAMES)}.")],
    at: AtOption = None,
    prefect: Annotated[
        bool,
        typer.Option("--prefect", help="Par Prefect, avec ses essais répétés et sa trace."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Lancer un traitement une fois ; le relancer ne double rien."""
    now = moment(at)
    if name not in NAMES:
        raise BadInput(
            _("Le traitement « {name} » n’existe pas ; ceux qui existent : {names}.").format(
                name=name, names=", ".join(NAMES)
            )
        )
    from workflows.rounds import go_round
    from workflows.telling import label_of
    from workflows.works import Means

    if prefect:
        from workflows.flows.book import run_flow

        told: dict[str, Any] = run_flow(name, now)
    else:
        told = go_round(name, now, Means.of_this_process())
    if json:
        emit_json({"flow": name, "at": now, **told})
        return
    write(_("{name} :").format(name=name))
    for key, value in told.items():
        write(f"  {label_of(key)} : {_in_words(value)}")


def _in_words(value: object) -> str:
    """A count, a path, references one after the other, or what holds each of them back."""
    if isinstance(value, dict):
        value = [f"{key} ({' ; '.join(map(str, reasons))})" for key, reasons in value.items()]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or _("aucun")
    return str(value)
