"""`jalon reminders`: what the coming days would send, without sending it; what reminders do."""

from datetime import date, timedelta
from typing import Annotated, Any

import typer

from cli.announcements import show_announcements
from cli.common import (
    AtOption,
    ContractOption,
    JsonOption,
    civil,
    emit_json,
    in_french,
    moment,
    table,
)
from config.i18n import gettext as _
from config.policy import load_policies
from config.rule import in_words
from models.errors import BadInput
from models.session import reading
from notifications.sender import current_sender
from workflows.deadlines import civil_date
from workflows.reminders import Reminder, preview
from workflows.rules import rules_of

HELP = "Prévoir les rappels sans rien envoyer, mesurer leur effet."
LONGEST = 1000  # days
app = typer.Typer(help=HELP, no_args_is_help=True)


@app.command("preview")
def preview_command(
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Premier jour (sinon aujourd’hui).")
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="Dernier jour (sinon trente jours après)."),
    ] = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Qui recevrait quoi, quand, par quelle règle, si personne ne faisait rien d’ici là."""
    today = civil_date(moment(at))
    first = civil(start) if start else today
    last = civil(end) if end else first + timedelta(days=30)
    rows = _announced(today, first, last)
    if json:
        emit_json(rows)
        return
    mails = {(row["day"], row["recipient"]) for row in rows}
    table(
        _("Rappels du {first} au {last} : {count}, en {mails} courriels").format(
            first=in_french(first), last=in_french(last), count=len(rows), mails=len(mails)
        ),
        [_("Jour"), _("À"), _("Rappel"), _("Dossier"), _("Attendu, et par quelle règle")],
        [[in_french(r["day"]), _reader(r), r["rung"], r["reference"], _owed(r)] for r in rows],
    )
    show_announcements(first, last)


@app.command("effect")
def effect_command(
    pilots: Annotated[bool, typer.Option("--by-pilot", help="Pilote par pilote.")] = False,
    contract: ContractOption = None,
    json: JsonOption = False,
) -> None:
    """Ce que font les rappels : combien partent, combien sont suivis d’une réponse, en combien de jours."""
    from cli.effect import show

    show(contract, by_pilot=pilots, json=json)


def _announced(today: date, first: date, last: date) -> list[dict[str, Any]]:
    """The reminders of these days; the days between today and the first are gone through unseen."""
    if last < first:
        raise BadInput(_("La fin de la période précède son début : inversez --from et --to."))
    begins = min(today, first)
    if (last - begins).days > LONGEST:
        raise BadInput(
            _("Cela dépasse {days} jours à prévoir : rapprochez --from et --to.").format(
                days=LONGEST
            )
        )
    with reading() as session:
        days = preview(session, begins, last, rules_of())
        return [
            row
            for day, reminders in days
            if day >= first
            for reminder in reminders
            for row in _rows(day, reminder)
        ]


def _rows(day: date, reminder: Reminder) -> list[dict[str, Any]]:
    owed, rung = reminder.obligation, reminder.leaving
    if rung is None:
        return []
    label = _(load_policies().deadlines[owed.duty].label)
    return [
        {
            "day": day,
            "recipient": told.person.email if told.person else current_sender().reply_to,
            "instead_of": told.instead_of,
            "rung": rung.label,
            "duty": owed.duty.value,
            "label": label,
            "due": owed.effective_on,
            "reference": owed.application.reference,
            "about": owed.about,
            "rule": owed.rule,
            "obligation": owed.key,
        }
        for told in reminder.told
    ]


def _owed(row: dict[str, Any]) -> str:
    label = f"{row['label']} ({row['about']})" if row["about"] else row["label"]
    return _("{label}, pour le {due} ({rule})").format(
        label=label, due=in_french(row["due"]), rule=in_words(row["rule"])
    )


def _reader(row: dict[str, Any]) -> str:
    """The address, and in whose stead when it is not the one meant."""
    if not row["instead_of"]:
        return str(row["recipient"])
    return _("{address} (pour {name})").format(address=row["recipient"], name=row["instead_of"])
