"""`jalon advance`: fire one trigger on one application, or show what it would do."""

from decimal import Decimal
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from cli.common import (
    ActorOption,
    AtOption,
    DryRunOption,
    JsonOption,
    acting,
    civil,
    emit_json,
    euros,
    in_french,
    moment,
    write,
)
from config.i18n import gettext as _
from config.labels import TRIGGERS, role_label, state_label, trigger_label
from config.policy import load_policies
from models import Application
from models.errors import BadInput
from models.session import transaction
from models.vocabulary import Trigger
from workflows.advance import Done, advance
from workflows.deadlines import civil_date
from workflows.move import Given
from workflows.possible import decision_day
from workflows.queries import get_application

app = typer.Typer()
TRIGGER_NAMES = ", ".join(name for name in TRIGGERS if name != "submit")


@app.command()
def advance_command(
    reference: Annotated[str, typer.Argument(metavar="REF", help="La référence du dossier.")],
    trigger: Annotated[str, typer.Argument(metavar="ÉTAPE", help=f"{TRIGGER_NAMES}.")],
    reason: Annotated[str, typer.Option(metavar="TEXTE", help="Le motif.")] = "",
    amount: Annotated[
        list[str] | None,
        typer.Option(metavar="FINANCEUR=EUR", help="Montant accordé, 0 pour un refus (répétable)."),
    ] = None,
    session_day: Annotated[
        str | None, typer.Option("--session", metavar="DATE", help="La séance du comité.")
    ] = None,
    decision: Annotated[
        str, typer.Option(help="Référence de la décision (sinon la séance du comité).")
    ] = "",
    decided_on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Date de la décision (sinon la séance, une fois tenue)."),
    ] = None,
    repay: Annotated[str | None, typer.Option(metavar="EUR", help="Montant à reverser.")] = None,
    actor: ActorOption = None,
    at: AtOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Faire avancer un dossier. Un refus donne toutes ses raisons et qui peut les lever."""
    fired, now = _trigger(trigger), moment(at)
    with transaction() as session:
        application = get_application(session, reference)
        today = civil_date(now)
        given = Given(
            reason=reason,
            session_id=_session_id(application, session_day),
            amounts=_amounts(application, amount or []),
            decision_reference=decision or _session_label(application),
            decided_on=civil(decided_on) if decided_on else decision_day(application, today),
            to_repay=euros(repay) if repay is not None else None,
        )
        by = acting(session, actor, application.call.contract_id)
        done = advance(session, application, fired, by, now, given=given)
        told = _told(session, application, done, dry_run=dry_run)
        if dry_run:
            session.rollback()
    if json:
        emit_json(told)
    else:
        _write(told)


def _trigger(name: str) -> Trigger:
    if name not in TRIGGERS or name == Trigger.SUBMIT:
        raise BadInput(
            _("L’étape « {name} » n’existe pas ; celles qui existent : {names}.").format(
                name=name, names=TRIGGER_NAMES
            )
        )
    return Trigger(name)


def _session_id(application: Application, day: str | None) -> int | None:
    if day is None:
        return None
    wanted = civil(day)
    for planned in application.call.sessions:
        if planned.held_on == wanted:
            return planned.id
    known = ", ".join(in_french(s.held_on) for s in application.call.sessions) or _("aucune")
    raise BadInput(
        _("Pas de séance du comité le {day} ; séances prévues : {known}.").format(
            day=in_french(wanted), known=known
        )
    )


def _amounts(application: Application, given: list[str]) -> dict[int, Decimal]:
    lines = {line.funder.name.casefold(): line for line in application.lines}
    amounts: dict[int, Decimal] = {}
    for text in given:
        funder, sign, amount = text.rpartition("=")
        line = lines.get(funder.strip().casefold())
        if not sign or line is None:
            raise BadInput(
                _("« {text} » : écrivez FINANCEUR=EUR, avec l’un de : {funders}.").format(
                    text=text, funders=", ".join(x.funder.name for x in application.lines)
                )
            )
        if line.id in amounts:
            raise BadInput(
                _("« {funder} » a deux montants : n’en donnez qu’un.").format(
                    funder=line.funder.name
                )
            )
        amounts[line.id] = euros(amount)
    return amounts


def _session_label(application: Application) -> str:
    return application.session.label if application.session else ""


def _told(
    session: Session, application: Application, done: Done, *, dry_run: bool
) -> dict[str, Any]:
    session.flush()
    return {
        "reference": application.reference,
        "dry_run": dry_run,
        "trigger": done.entry.action,
        "from": done.entry.source,
        "to": done.entry.dest,
        "outcome": application.outcome,
        "label": state_label(application.state, application.outcome),
        "obligations": [
            {
                "key": o.key,
                "duty": o.duty,
                "label": _(load_policies().deadlines[o.duty].label),
                "about": o.about,
                "owed_by": o.owed_by,
                "due": o.effective_on,
            }
            for o in done.obligations
        ],
        "mail": [
            {name: getattr(m, name) for name in ("recipient", "template", "subject", "answers_to")}
            for m in done.messages
        ],
    }


def _write(told: dict[str, Any]) -> None:
    opening = _("Essai, rien n’est enregistré. ") if told["dry_run"] else ""
    write(
        _("{opening}{reference} : {trigger} → {label}.").format(
            opening=opening,
            reference=told["reference"],
            trigger=trigger_label(told["trigger"]),
            label=told["label"],
        )
    )
    for owed in told["obligations"]:
        about = f" ({owed['about']})" if owed["about"] else ""
        write(
            _("  dû pour le {due} par {who} : {label}").format(
                due=in_french(owed["due"]), who=role_label(owed["owed_by"]), label=owed["label"]
            )
            + about
        )
    for mail in told["mail"]:
        write(
            _("  courriel à {recipient} : {subject}").format(
                recipient=mail["recipient"], subject=mail["subject"]
            )
            + (_(" – réponses à {who}").format(who=who) if (who := mail["answers_to"]) else "")
        )
