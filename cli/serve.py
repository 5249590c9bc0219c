"""`jalon serve`: the pages and the schedule of one machine, until it is told to leave."""

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common import moment, write
from config.i18n import gettext as _

if TYPE_CHECKING:
    from config.settings import Settings

HELP = (
    "Servir les pages et lancer chaque traitement à son heure, jusqu’à l’arrêt. Sans relais de"
    " messagerie, le courrier est gardé dans une boîte locale (JALON_CATCHER_FOLDER)."
)
app = typer.Typer()


@app.command(help=HELP)
def serve(
    schedule: Annotated[
        bool, typer.Option("--schedule/--no-schedule", help="Lancer les traitements à leur heure.")
    ] = True,
) -> None:
    """Catch up, then run the schedule; SIGTERM and Ctrl-C let the message in hand leave first."""
    from config.logs import set_up
    from config.settings import load_settings
    from models.schema import refuse_unless_current
    from web.app import create_app
    from web.serving import served
    from workflows.rules import rules_of
    from workflows.schedule import keep_going, run_work
    from workflows.works import Means

    settings, policies, stop = load_settings(), rules_of().policies, threading.Event()
    refuse_unless_current(settings.database_url)
    _leave_when_told(stop)
    set_up(settings.log_format, settings.log_level)
    means = Means(settings, worker="serve", stopping=stop.is_set)

    def wake_mail() -> None:
        """A sign-in link does not wait for the next round, where this process has the mail in hand."""
        if schedule:
            run_work("deliver-mail", lambda: moment(None), means)

    with served(create_app(settings, lambda: moment(None), wake_mail), settings.listen) as port:
        _welcome(settings, port)
        if schedule:
            write(_("Jalon tourne : chaque traitement part à son heure ; Ctrl-C pour arrêter."))
            zone = policies.calendar.zone
            keep_going(policies.schedule, zone, lambda: moment(None), means, stop)
        stop.wait()
    write(_("Jalon s’est arrêté proprement."))


def _leave_when_told(stop: threading.Event) -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)


def _welcome(settings: "Settings", port: int) -> None:
    """Where the pages are; on a fresh installation, how to get in."""
    from web.first_visit import first_address

    write(_("Jalon répond sur le port {port} : {url}").format(port=port, url=settings.public_url))
    if address := first_address(settings, moment(None)):
        write(_("Première connexion, une seule fois, dans les 24 heures :"))
        write(f"  {address}")
