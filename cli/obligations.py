"""`jalon obligations`: who owes what and by when, and what is answered about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from cli.common import (
    ActorOption,
    AtOption,
    ContractOption,
    JsonOption,
    civil,
    emit_json,
    in_french,
    moment,
    table,
    write,
)
from cli.desk import ReasonOption, desk_for
from config.i18n import gettext as _
from config.labels import answer_label
from models import Application, Obligation
from models.errors import BadInput
from models.session import reading
from workflows import reminder_control
from workflows.answers import ask_delay, obligation_of, take_care
from workflows.deadlines import civil_date
from workflows.desk import Desk
from workflows.owed import Owed, list_owed
from workflows.queries import get_contract

app = typer.Typer(help="Qui doit quoi et pour quand ; répondre à un rappel.", no_args_is_help=True)
KeyArgument = Annotated[str, typer.Argument(metavar="CLÉ", help="L’échéance (voir list).")]
NeededReason = Annotated[str, typer.Option("--reason", metavar="TEXTE", help="Le motif.")]


class AnswerName(StrEnum):
    """What whoever owes may answer."""

    HANDLING = "handling"
    DELAY = "delay"


@app.command("list")
def list_command(
    late: Annotated[bool, typer.Option("--late", help="Seulement ce qui est en retard.")] = False,
    exhausted: Annotated[
        bool, typer.Option("--exhausted", help="Seulement ce pour quoi tout rappel est épuisé.")
    ] = False,
    owner: Annotated[
        str | None,
        typer.Option("--for", metavar="ADRESSE|PILOTE", help="Une personne ou un organisme."),
    ] = None,
    contract: ContractOption = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Les échéances en cours, la plus proche d’abord."""
    today = civil_date(moment(at))
    with reading() as session:
        found = get_contract(session, contract)
        rows = list_owed(session, found.id, today, late=late, exhausted=exhausted, owner=owner)
    if json:
        emit_json([row._asdict() for row in rows])
        return
    table(
        _("Échéances au {day} : {count}").format(day=in_french(today), count=len(rows)),
        [_("Échéance"), _("Reste"), _("Par"), _("Attendu"), _("Clé")],
        [_line(row) for row in rows],
        right=(1,),
    )


@app.command("answer")
def answer_command(
    key: KeyArgument,
    said: Annotated[
        AnswerName,
        typer.Argument(
            metavar="RÉPONSE",
            help="handling (je m’en occupe) ou delay (délai demandé, avec --until et --reason).",
        ),
    ],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="La date demandée (delay).")
    ] = None,
    reason: ReasonOption = "",
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Répondre à un rappel : les suivants attendent quelques jours."""
    if (said is AnswerName.DELAY) is (until is None):
        raise BadInput(_("« delay » demande une date (--until), « handling » n’en a pas."))
    with _desk(key, actor, at) as (desk, application, owed):
        if until is None:
            paused = take_care(desk, application, owed)
        else:
            paused = ask_delay(desk, application, owed, civil(until), reason)
    write(_("Réponse notée : les rappels reprennent le {day}.").format(day=in_french(paused)))


@app.command("snooze")
def snooze_command(
    key: KeyArgument,
    until: Annotated[str, typer.Argument(metavar="DATE", help="Le jour où ils reprennent.")],
    reason: NeededReason,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Mettre les rappels d’une échéance en veille jusqu’à une date, avec un motif."""
    with _desk(key, actor, at) as (desk, application, owed):
        reminder_control.snooze(desk, application, owed, civil(until), reason)
    write(_("Rappels en veille jusqu’au {day}.").format(day=in_french(civil(until))))


@app.command("skip")
def skip_command(
    key: KeyArgument,
    rung: Annotated[str, typer.Argument(metavar="RAPPEL", help="Lequel, comme J-7 ou J+3.")],
    reason: NeededReason,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Sauter un rappel d’une échéance, avec un motif."""
    with _desk(key, actor, at) as (desk, application, owed):
        reminder_control.skip(desk, application, owed, rung, reason)
    write(_("Le rappel {rung} ne sera pas envoyé.").format(rung=rung.upper()))


@app.command("resume")
def resume_command(
    key: KeyArgument, reason: ReasonOption = "", actor: ActorOption = None, at: AtOption = None
) -> None:
    """Reprendre les rappels dès aujourd’hui ; un délai demandé est alors refusé."""
    with _desk(key, actor, at) as (desk, application, owed):
        reminder_control.resume(desk, application, owed, reason)
    write(_("Les rappels de cette échéance reprennent."))


@contextmanager
def _desk(
    key: str, actor: str | None, at: str | None
) -> Iterator[tuple[Desk, Application, Obligation]]:
    with desk_for(key.partition(":")[0], actor, at) as (desk, application):
        yield desk, application, obligation_of(desk.session, key)


def _line(row: Owed) -> list[object]:
    about = f" ({row.about})" if row.about else ""
    return [
        in_french(row.due),
        _left(row),
        row.organisation,
        row.label + about + _next(row),
        row.key,
    ]


def _left(row: Owed) -> str:
    if row.status == "paused":
        return _("suspendu")
    if row.days_left < 0:
        return _("{days} j de retard").format(days=-row.days_left)
    return _("{days} j").format(days=row.days_left)


def _next(row: Owed) -> str:
    if row.exhausted:
        return _(", rappels épuisés")
    if row.next_reminder is None:
        return ""
    said = _(", rappel {rung} le {day}").format(
        rung=row.next_rung, day=in_french(row.next_reminder)
    )
    return f"{said} ({answer_label(row.answer)})" if row.answer else said
