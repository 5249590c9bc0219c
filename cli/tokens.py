"""`jalon tokens`: the programs that may use the API, each for a person."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from cli.common import (
    AtOption,
    ContractOption,
    JsonOption,
    emit_json,
    in_french,
    moment,
    table,
    write,
)
from config.i18n import gettext as _
from models.program import Scope
from models.session import reading, transaction
from workflows.queries import get_contract
from workflows.tokens import create_token, list_tokens, revoke_token

A_YEAR = 365
app = typer.Typer(help="Jetons des programmes qui passent par l’API.", no_args_is_help=True)


@app.command("create")
def create_command(
    email: Annotated[
        str,
        typer.Argument(
            metavar="ADRESSE", help="Pour qui le programme agit ; ses droits bornent ceux du jeton."
        ),
    ],
    name: Annotated[str, typer.Option(help="Le programme qui le portera.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            help="Ce qu’il permet : read, write, mail, people, calls, webhooks (répétable ; sinon read)."
        ),
    ] = None,
    role: Annotated[
        list[str] | None, typer.Option(help="Seulement à ce titre, comme reader (répétable).")
    ] = None,
    days: Annotated[
        int, typer.Option(min=0, max=3650, help="Sa durée en jours ; 0 : sans terme.")
    ] = A_YEAR,
    contract: ContractOption = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Créer un jeton ; il n’est montré qu’une fois."""
    with transaction() as session:
        made, secret = create_token(
            session,
            get_contract(session, contract).id,
            email,
            name=name,
            scopes=[one.value for one in scope or [Scope.READ]],
            roles=role or (),
            lasts=timedelta(days=days) if days else None,
            now=moment(at),
        )
        told = {"start": made.start, "token": secret, "expires": made.expires_at}
    if json:
        emit_json(told)
        return
    write(_("Jeton, à noter maintenant : {token}").format(token=secret))


@app.command("list")
def list_command(contract: ContractOption = None, json: JsonOption = False) -> None:
    """Les jetons : à qui, pour quoi, jusqu’à quand, servis quand."""
    with reading() as session:
        found = list_tokens(session, get_contract(session, contract).id)
    if json:
        emit_json([asdict(one) for one in found])
        return
    table(
        _("Jetons : {count}").format(count=len(found)),
        [_("Début"), _("Programme"), _("Pour"), _("Portées"), _("Rôles"), _("Terme"), _("Servi"), _("Révoqué")],
        [
            (t.start, t.name, t.email, ", ".join(t.scopes), ", ".join(t.roles) or _("tous les siens"),
             *("" if day is None else in_french(day) for day in (t.expires, t.used, t.revoked)))
            for t in found
        ],
    )  # fmt: skip


@app.command("revoke")
def revoke_command(
    start: Annotated[
        str, typer.Argument(metavar="DÉBUT", help="Ses premiers caractères (voir list).")
    ],
    contract: ContractOption = None,
    at: AtOption = None,
) -> None:
    """Révoquer un jeton : il ne sert plus, à l’instant même."""
    with transaction() as session:
        ended = revoke_token(session, get_contract(session, contract).id, start, moment(at))
        told = _("Le jeton {start} ({name}) est révoqué.").format(
            start=ended.start, name=ended.name
        )
    write(told)
