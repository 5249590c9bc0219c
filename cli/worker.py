"""`jalon worker`: do what a Prefect server has planned."""

from typing import Annotated

import typer

app = typer.Typer()
PoolOption = Annotated[
    str, typer.Option("--pool", metavar="NOM", help="Le groupe de travail (work pool).")
]


@app.command()
def worker(
    pool: PoolOption = "jalon",
    limit: Annotated[
        int, typer.Option(min=1, max=100, help="Traitements menés de front, au plus.")
    ] = 4,
    name: Annotated[str | None, typer.Option(help="Le nom de cet exécutant.")] = None,
    health_port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port où répondre à /health, pour une sonde."),
    ] = None,
) -> None:
    """Exécuter les traitements que le serveur de PREFECT_API_URL a planifiés, jusqu’à l’arrêt."""
    from config.logs import set_up_for_prefect
    from config.settings import load_settings

    settings = load_settings()
    set_up_for_prefect(settings.log_format, settings.log_level)
    from workflows.flows.working import work

    work(pool, limit=limit, name=name, health_port=health_port)
