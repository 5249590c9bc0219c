"""In `jalon reminders preview`: the openings of calls that will be announced, and what the brake will hold."""

from datetime import date

from cli.common import in_french, write
from config.i18n import gettext as _
from models.session import reading
from workflows.call_brake import coming_announcements
from workflows.rules import rules_of


def show_announcements(first: date, last: date) -> None:
    """One line a call."""
    with reading() as session:
        for one in coming_announcements(session, first, last, rules_of()):
            said = _("{day} : annonce de l’appel {year} à {count} personnes").format(
                day=in_french(one.day), year=one.year, count=one.persons
            )
            held = _(", retenue jusqu’à votre accord : {why}").format(why=one.held_because)
            write(said + (held if one.held_because else ""))
