"""`jalon serve`: web and schedule of one machine, until it is told to leave."""

import signal
import threading
from types import FrameType

import typer

from cli.common import moment, write
from config.i18n import gettext as _

HELP = (
    "Répondre sur le web et lancer chaque traitement à son heure, jusqu’à l’arrêt. Sans relais de"
    " messagerie, le courrier est gardé dans une boîte locale (JALON_CATCHER_FOLDER)."
)
app = typer.Typer()


@app.command(help=HELP)
def serve() -> None:
    """Catch up, then run the schedule; SIGTERM and Ctrl-C let the message in hand leave first."""
    from config.logs import set_up
    from config.settings import load_settings
    from models.schema import refuse_unless_current
    from web.health import health_app
    from web.serving import served
    from workflows.rules import rules_of
    from workflows.schedule import keep_going
    from workflows.works import Means

    settings, policies, stop = load_settings(), rules_of().policies, threading.Event()
    refuse_unless_current(settings.database_url)

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    set_up(settings.log_format, settings.log_level)
    answering = health_app()
    answering.state.clock = lambda: moment(None)
    with served(answering, settings.listen):
        write(_("Jalon tourne : chaque traitement part à son heure ; Ctrl-C pour arrêter."))
        means = Means(settings, worker="serve", stopping=stop.is_set)
        zone = policies.calendar.zone
        keep_going(policies.schedule, zone, lambda: moment(None), means, stop)
    write(_("Jalon s’est arrêté proprement."))
