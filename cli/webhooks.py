"""`jalon webhooks`: other programs that are told of what happens, as it happens."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.common import AtOption, ContractOption, JsonOption, emit_json, moment, table, write
from config.i18n import gettext as _
from config.labels import hook_label
from models.session import reading, transaction
from models.webhook import HookStatus
from workflows import tellings, webhooks
from workflows.queries import get_contract

app = typer.Typer(help="Programmes prévenus de ce qui se passe.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="NUMÉRO", help="Le numéro de l’abonné (voir list).")]


@app.command("add")
def add_command(
    url: Annotated[str, typer.Argument(metavar="ADRESSE", help="L’adresse à appeler, en https.")],
    event: Annotated[
        list[str] | None,
        typer.Option(metavar="ÉVÈNEMENT", help="Seulement celui-là, comme award (répétable)."),
    ] = None,
    note: Annotated[str, typer.Option(help="À quoi il sert.")] = "",
    contract: ContractOption = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Abonner une adresse ; son secret de signature n’est montré qu’une fois."""
    from config.settings import load_settings

    private_allowed = load_settings().webhook_private
    with transaction() as session:
        made, secret = webhooks.subscribe(
            session,
            get_contract(session, contract).id,
            url,
            events=event or (),
            note=note,
            now=moment(at),
            private_allowed=private_allowed,
        )
        told = {"id": made.id, "url": made.url, "secret": secret}
    if json:
        emit_json(told)
        return
    write(_("Abonné n° {id} : {url}").format(**told))
    write(_("Secret de signature, à noter maintenant : {secret}").format(**told))


@app.command("list")
def list_command(contract: ContractOption = None, json: JsonOption = False) -> None:
    """Les abonnés : ce qui leur a été dit, ce qui attend, ce qui ne va pas."""
    with reading() as session:
        found = webhooks.list_subscribers(session, get_contract(session, contract).id)
    if json:
        emit_json([asdict(one) for one in found])
        return
    table(
        _("Abonnés : {count}").format(count=len(found)),
        [_("N°"), _("Adresse"), _("Évènements"), _("Actif"), _("Dits"), _("Attendent"), _("Abandonnés"), _("Souci")],
        [
            (s.id, s.url, ", ".join(s.events) or _("tous"), _("oui") if s.active else _("non"),
             s.told, s.waiting, s.given_up, s.trouble)
            for s in found
        ],
        right=(0, 4, 5, 6),
    )  # fmt: skip


@app.command("sent")
def sent_command(
    status: Annotated[
        HookStatus | None, typer.Option(help="Seulement les envois dans cet état.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Combien au plus.")] = 100,
    contract: ContractOption = None,
    json: JsonOption = False,
) -> None:
    """Les envois, le dernier d’abord."""
    with reading() as session:
        contract_id = get_contract(session, contract).id
        found = tellings.list_tellings(session, contract_id, status=status, limit=limit)
    if json:
        emit_json([one._asdict() for one in found])
        return
    table(
        _("Envois : {count}").format(count=len(found)),
        [_("N°"), _("Évènement"), _("Adresse"), _("État"), _("Essais"), _("Réponse")],
        [(t.id, t.event_id, t.url, hook_label(t.status), t.attempts, t.outcome) for t in found],
        right=(0, 4),
    )


@app.command("retry")
def retry_command(
    number: Annotated[
        int, typer.Argument(metavar="NUMÉRO", help="Le numéro de l’envoi (voir sent).")
    ],
    contract: ContractOption = None,
    at: AtOption = None,
) -> None:
    """Redire un évènement au prochain envoi."""
    with transaction() as session:
        contract_id = get_contract(session, contract).id
        event = tellings.tell_again(session, contract_id, number, moment(at))
    write(_("{event} sera redit au prochain envoi.").format(event=event))


@app.command("stop")
def stop_command(number: Number, contract: ContractOption = None) -> None:
    """Ne plus rien dire à un abonné ; ce qui attend est gardé."""
    _turn(number, contract, on=False)
    write(_("L’abonné n° {number} n’est plus prévenu.").format(number=number))


@app.command("start")
def start_command(number: Number, contract: ContractOption = None) -> None:
    """Prévenir de nouveau un abonné, de ce qui attend aussi."""
    _turn(number, contract, on=True)
    write(_("L’abonné n° {number} est de nouveau prévenu.").format(number=number))


@app.command("remove")
def remove_command(number: Number, contract: ContractOption = None) -> None:
    """Oublier un abonné et ce qui lui était dû."""
    with transaction() as session:
        url = webhooks.unsubscribe(session, get_contract(session, contract).id, number)
    write(_("{url} n’est plus abonnée.").format(url=url))


def _turn(number: int, contract: str | None, *, on: bool) -> None:
    with transaction() as session:
        webhooks.turn(session, get_contract(session, contract).id, number, on=on)
