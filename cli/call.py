"""`jalon call`: open the yearly call, list calls, plan committee sessions."""

from datetime import date
from typing import Annotated, Any

import typer

from cli.common import (
    ActorOption,
    AtOption,
    ContractOption,
    JsonOption,
    acting,
    civil,
    emit_json,
    in_french,
    moment,
    table,
    write,
)
from config.i18n import gettext as _
from models import Call
from models.errors import NotFound
from models.session import reading, transaction
from workflows.calls import list_calls, open_call
from workflows.deadlines import civil_date
from workflows.queries import get_call, get_contract
from workflows.sessions import move_session, plan_session

Year = Annotated[
    int, typer.Argument(metavar="ANNÉE", min=1990, max=2199, help="L’année budgétaire.")
]
app = typer.Typer(help="Ouvrir et lister les appels à projets annuels.", no_args_is_help=True)


@app.command("open")
def open_command(
    year: Year,
    opens: Annotated[str, typer.Option(metavar="DATE", help="Premier jour de dépôt.")],
    closes: Annotated[str, typer.Option(metavar="DATE", help="Dernier jour de dépôt, compris.")],
    committee: Annotated[
        list[str] | None, typer.Option(metavar="DATE", help="Séance du comité (répétable).")
    ] = None,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Ouvrir l’appel d’une année sur toutes les fiches ouvertes du catalogue."""
    now = moment(at)
    with transaction() as session:
        found = get_contract(session, contract)
        call = open_call(
            session,
            found,
            year,
            opens_on=civil(opens),
            closes_on=civil(closes),
            committee=[civil(day) for day in committee or []],
            actor=acting(session, actor, found.id),
            now=now,
        )
        many = len(call.fiches)
    write(
        _("Appel {year} ouvert du {opens} au {closes} sur {many} fiches.").format(
            year=year,
            opens=in_french(civil(opens)),
            closes=in_french(civil(closes)),
            many=many,
        )
    )


@app.command("plan")
def plan_command(
    year: Year,
    day: Annotated[str, typer.Argument(metavar="DATE", help="Le jour de la séance.")],
    label: Annotated[str, typer.Option(help="Le nom de la séance.")] = "",
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Ajouter une séance du comité."""
    with transaction() as session:
        found = get_contract(session, contract)
        call = get_call(session, found.id, year)
        planned = plan_session(
            session,
            call,
            civil(day),
            actor=acting(session, actor, found.id),
            now=moment(at),
            label=label,
        )
        name = planned.label
    write(_("Séance ajoutée : {label}.").format(label=name))


@app.command("move")
def move_command(
    year: Year,
    day: Annotated[str, typer.Argument(metavar="DATE", help="Le jour prévu.")],
    new_day: Annotated[str, typer.Argument(metavar="DATE", help="Le nouveau jour.")],
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Déplacer une séance du comité ; les avis attendus avant elle la suivent."""
    with transaction() as session:
        found = get_contract(session, contract)
        call = get_call(session, found.id, year)
        planned = next((s for s in call.sessions if s.held_on == civil(day)), None)
        if planned is None:
            known = ", ".join(f"{s.held_on:%d/%m/%Y}" for s in call.sessions) or _("aucune")
            raise NotFound(
                _("Pas de séance le {day} ; séances prévues : {known}.").format(
                    day=f"{civil(day):%d/%m/%Y}", known=known
                )
            )
        move_session(
            session,
            call,
            planned,
            civil(new_day),
            actor=acting(session, actor, found.id),
            now=moment(at),
        )
        name = planned.label
    write(_("Séance déplacée : {label}.").format(label=name))


@app.command("list")
def list_command(
    contract: ContractOption = None, json: JsonOption = False, at: AtOption = None
) -> None:
    """Les appels, leurs dates, leurs séances, le nombre de dossiers."""
    today = civil_date(moment(at))
    with reading() as session:
        calls = list_calls(session, get_contract(session, contract).id)
        rows = [_row(call, many, today) for call, many in calls]
    if json:
        emit_json(rows)
        return
    table(
        _("Appels à projets : {count}").format(count=len(rows)),
        [_("Année"), _("Ouverture"), _("Clôture"), _("Ouvert"), _("Fiches"), _("Dossiers"), _("Séances")],
        [
            [r["year"], in_french(r["opens"]), in_french(r["closes"]),
             _("oui") if r["open"] else _("non"), r["fiches"], r["applications"],
             ", ".join(map(in_french, r["committee"]))]
            for r in rows
        ],
        right=(4, 5),
    )  # fmt: skip


def _row(call: Call, many: int, today: date) -> dict[str, Any]:
    return {
        "year": call.year,
        "title": call.title,
        "opens": call.opens_on,
        "closes": call.closes_on,
        "open": call.opens_on <= today <= call.closes_on,
        "fiches": len(call.fiches),
        "applications": many,
        "committee": [planned.held_on for planned in call.sessions],
    }
