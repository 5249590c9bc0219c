"""`jalon organisations`: the directory of a contract: names, services, and two that are one."""

from typing import Annotated

import typer

from cli.common import (
    ActorOption,
    AtOption,
    ContractOption,
    JsonOption,
    emit_json,
    table,
    write,
)
from cli.keeping import keeping
from config.i18n import gettext as _
from models.session import reading
from workflows.directory import organisations_with_contacts
from workflows.merging import merge
from workflows.organisations import add_organisation, add_spelling, rename_organisation
from workflows.queries import get_contract
from workflows.spellings import organisation_id

app = typer.Typer(help="Les organismes du contrat et leurs noms.", no_args_is_help=True)
Known = Annotated[str, typer.Argument(metavar="ORGANISME", help="Son nom ou un autre nom.")]


@app.command("list")
def list_command(contract: ContractOption = None, json: JsonOption = False) -> None:
    """Les organismes, de qui ils sont un service, et à qui l’on y écrit."""
    with reading() as session:
        found = organisations_with_contacts(session, get_contract(session, contract).id)
    if json:
        emit_json(
            [
                {"name": o.name, "parent": o.parent, "contacts": [c.email for c in o.contacts]}
                for o in found
            ]
        )
        return
    table(
        _("Organismes : {count}").format(count=len(found)),
        [_("Nom"), _("Service de"), _("Contacts")],
        [(o.name, o.parent, ", ".join(c.email for c in o.contacts)) for o in found],
    )


@app.command("add")
def add_command(
    name: Annotated[str, typer.Argument(metavar="NOM")],
    service_of: Annotated[
        str | None, typer.Option(metavar="ORGANISME", help="Celui dont il est un service.")
    ] = None,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Ajouter un organisme, ou un service."""
    with keeping(contract, actor, at) as keeper:
        above = (
            organisation_id(keeper.session, keeper.contract_id, service_of) if service_of else None
        )
        told = add_organisation(keeper, name, above).name
    write(_("Enregistré : {organisation}.").format(organisation=told))


@app.command("rename")
def rename_command(
    organisation: Known,
    name: Annotated[str, typer.Argument(metavar="NOM", help="Le nouveau nom.")],
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Changer un nom ; l’ancien continue d’y mener."""
    with keeping(contract, actor, at) as keeper:
        rename_organisation(
            keeper, organisation_id(keeper.session, keeper.contract_id, organisation), name
        )
    write(_("Enregistré : {organisation}.").format(organisation=name))


@app.command("alias")
def alias_command(
    organisation: Known,
    name: Annotated[str, typer.Argument(metavar="NOM", help="Un autre nom.")],
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Ajouter un autre nom."""
    with keeping(contract, actor, at) as keeper:
        add_spelling(
            keeper, organisation_id(keeper.session, keeper.contract_id, organisation), name
        )
    write(_("Enregistré : {organisation}.").format(organisation=name))


@app.command("merge")
def merge_command(
    organisation: Known,
    into: Annotated[str, typer.Argument(metavar="ORGANISME", help="Celui qui reste.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dire ce qui passerait, sans rien garder.")
    ] = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Réunir deux organismes : tout ce que porte le premier passe au second. Ne se défait pas."""
    with keeping(contract, actor, at, dry_run=dry_run) as keeper:
        one, other = (
            organisation_id(keeper.session, keeper.contract_id, name)
            for name in (organisation, into)
        )
        told = merge(keeper, one, other)
    said = _(
        "{source} → {target} : {fiches} fiches, {lines} lignes, {opinions} avis, {duties} échéances,"
        " {people} contacts et rôles."
    ).format(**told._asdict())
    write(said + (_(" Rien n’est gardé.") if dry_run else ""))
