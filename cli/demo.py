"""`jalon demo`: the 2021 call of Montpellier, played with an invented cast, and shown."""

import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer
from sqlalchemy import func, select

from cli.common import JsonOption, emit_json, in_french, table, write
from cli.status import money
from config.i18n import gettext as _
from config.i18n import later
from config.labels import OUTCOMES, STATES
from models import Application, Message
from models.session import engine_for, reading
from notifications.catcher import Catcher
from notifications.mail_words import mail_label
from notifications.outbox_actions import status_label
from workflows.demo.play import days_to_play, play_all, set_stage
from workflows.demo.stage import Stage
from workflows.simulation import Played

app = typer.Typer()
FOLDER = Path("var/demo")
ON_THE_WAY = date(
    2022, 6, 15
)  # reports are due in two weeks: the database is also kept as it is then
BAR = 30
SUGGESTIONS = (
    (
        later("À regarder ensuite, quand tout est clos :"),
        "JALON_DATABASE_URL=sqlite:///{database}",
        (
            ("jalon status --by fiche", later("le pipeline par fiche")),
            ("jalon applications show CV112-2021-0001", later("un dossier, de bout en bout")),
            ("jalon outbox list --template award", later("le courrier d’attribution")),
            ("jalon audit verify", later("le journal, maillon par maillon")),
        ),
    ),
    (
        later("Et le {day}, quand les bilans arrivent :"),
        "JALON_DATABASE_URL=sqlite:///{on_the_way} JALON_NOW={day}",
        (
            ("jalon obligations list --late", later("ce qui est en retard")),
            ("jalon reminders preview", later("les rappels des trente jours à venir")),
            (
                "jalon simulate --from 2022-06-15 --to 2022-07-31",
                later("ces semaines, si personne ne fait rien"),
            ),
        ),
    ),
)


@app.command()
def demo(json: JsonOption = False) -> None:
    """Jouer l’appel 2021 (69 fiches, 39 ouvertes), de l’ouverture au dernier solde. Environ une minute."""
    url = _fresh_database()
    stage, told = set_stage(url)
    with Catcher(FOLDER / "mail") as catcher, _progress(days_to_play(told)) as advance:

        def each_day(day: date) -> None:
            advance(day)
            if day == ON_THE_WAY:
                _keep_as_it_is()

        played = play_all(stage, told, catcher.relay, each_day)
    shown = _shown(url, stage, played)
    if json:
        emit_json(shown)
    else:
        _show(shown)


def _fresh_database() -> str:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    url = f"sqlite:///{FOLDER / 'jalon.sqlite3'}"
    engine_for(url).dispose()
    return url


def _keep_as_it_is() -> None:
    with closing(sqlite3.connect(FOLDER / "jalon.sqlite3")) as connection:
        connection.execute("VACUUM INTO ?", (str(FOLDER / f"{ON_THE_WAY}.sqlite3"),))


class _progress:  # noqa: N801 # used as a verb
    """A bar on a terminal, one day a step; silent elsewhere."""

    def __init__(self, days: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("", total=days)

    def __enter__(self) -> Any:
        self._bar.start()
        return self._step

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def _step(self, day: date) -> None:
        self._bar.update(self._task, advance=1, description=f"{day:%d/%m/%Y}")


PIPELINE = (
    select(
        Application.state,
        Application.outcome,
        func.count().label("count"),
        func.sum(Application.requested).label("requested"),
        func.sum(Application.voted).label("voted"),
    )
    .group_by(Application.state, Application.outcome)
    .order_by(func.count().desc())
)
MAIL = (
    select(Message.template, Message.status, func.count().label("count"))
    .group_by(Message.template, Message.status)
    .order_by(func.count().desc(), Message.template)
)


def _shown(url: str, stage: Stage, played: Played) -> dict[str, Any]:
    with reading(url) as session:
        pipeline = [dict(row) for row in session.execute(PIPELINE).mappings()]
        mail = [dict(row) for row in session.execute(MAIL).mappings()]
    return {
        "days": played.days,
        "applications": sum(row["count"] for row in pipeline),
        "turned_away": stage.turned_away,
        "pipeline": pipeline,
        "mail": mail,
        "digests": played.digests,
        "sent": played.sent,
        "database": str(FOLDER / "jalon.sqlite3"),
        "on_the_way": str(FOLDER / f"{ON_THE_WAY}.sqlite3"),
        "mail_folder": str(FOLDER / "mail"),
    }


def _show(shown: dict[str, Any]) -> None:
    most = max((row["count"] for row in shown["pipeline"]), default=1)
    table(
        _("L’appel 2021 de Montpellier : {count} dossiers, {days} jours joués").format(
            count=shown["applications"], days=shown["days"]
        ),
        [_("État"), _("Issue"), _("Dossiers"), "", _("Demandé"), _("Accordé")],
        [
            [
                _(STATES[row["state"]].staff),
                _(OUTCOMES[row["outcome"]]) if row["outcome"] else "",
                row["count"],
                "█" * max(1, round(BAR * row["count"] / most)),
                _euros(row["requested"]),
                _euros(row["voted"]),
            ]
            for row in shown["pipeline"]
        ],
        right=(2, 4, 5),
    )
    write(_("Refusés à la porte, hors délai : {count}.").format(count=len(shown["turned_away"])))
    table(
        _("Courrier remis : {sent}").format(sent=shown["sent"]),
        [_("Courriel"), _("État"), _("Nombre")],
        [[mail_label(r["template"]), status_label(r["status"]), r["count"]] for r in shown["mail"]],
        right=(2,),
    )
    _where_next(shown)


def _euros(amount: Decimal) -> str:
    """Whole euros, which these amounts are."""
    return money(amount).replace(",00", "")


def _where_next(shown: dict[str, Any]) -> None:
    for title, settings, commands in SUGGESTIONS:
        write()
        write(_(title).format(day=in_french(ON_THE_WAY)))
        write("  export " + settings.format(**shown, day=ON_THE_WAY))
        for command, what in commands:
            write(f"  {command:<50}  {_(what)}")
    write("\n" + _("Les courriels eux-mêmes : {folder}").format(folder=shown["mail_folder"]))
