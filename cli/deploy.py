"""`jalon deploy`: register the works on a Prefect server."""

from dataclasses import asdict

import typer

from cli.common import JsonOption, emit_json, table
from cli.worker import PoolOption
from config.i18n import gettext as _

app = typer.Typer()


@app.command()
def deploy(pool: PoolOption = "jalon", json: JsonOption = False) -> None:
    """Inscrire chaque traitement, avec ses heures, sur le serveur de PREFECT_API_URL."""
    from workflows.flows.deploying import deploy as register

    found = register(pool)
    if json:
        emit_json([asdict(one) for one in found])
        return
    table(
        _("Inscrits dans « {pool} »").format(pool=pool),
        [_("Traitement"), _("Départs")],
        [[one.name, ", ".join(one.schedules)] for one in found],
    )
