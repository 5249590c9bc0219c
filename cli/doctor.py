"""`jalon doctor`: is this installation in order, and what to do when it is not."""

from dataclasses import asdict

import typer

from cli.common import AtOption, JsonOption, emit_json, moment, write
from config.i18n import gettext as _

app = typer.Typer()


@app.command()
def doctor(at: AtOption = None, json: JsonOption = False) -> None:
    """Regarder l’installation ; code 1 si quelque chose ne va pas. Rien n’est changé ni envoyé."""
    from config.settings import load_settings
    from workflows.doctor import Health, examine

    marks = {Health.WELL: "ok", Health.WARNING: _("attention"), Health.ILL: _("en panne")}
    findings = examine(load_settings(), moment(at))
    if json:
        emit_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            todo = f" → {finding.todo}" if finding.todo else ""
            write(f"{marks[finding.health]:<10} {finding.check} : {finding.text}{todo}")
    raise typer.Exit(1 if any(f.health is Health.ILL for f in findings) else 0)
