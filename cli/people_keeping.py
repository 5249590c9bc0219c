"""`jalon people add`, `rename`, `correct`, `contact`, `withdraw`, `deactivate`, `reactivate`: who is who, kept true."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.common import ActorOption, AtOption, ContractOption, DryRunOption, in_french, write
from cli.keeping import keeping
from config.i18n import gettext as _
from workflows.addresses import correct_address
from workflows.contacts import drop_contact, keep_contact
from workflows.parting import Parting, without_contact, without_person, without_role
from workflows.people import add_person, deactivate, person_of, reactivate, rename_person
from workflows.roles import find_organisation, role_of, withdraw_role

if TYPE_CHECKING:
    from models import Person

Email = Annotated[str, typer.Argument(metavar="ADRESSE", help="L’adresse électronique.")]
RoleFor = Annotated[
    str | None,
    typer.Option(metavar="NOM|SIRET", help="L’organisme pour lequel le rôle s’exerce."),
]


def add_command(
    email: Email,
    name: Annotated[str, typer.Option(help="Son nom.")] = "",
    role: Annotated[
        str | None,
        typer.Option(help="administrator, manager, pilot, funder, grantee ou reader."),
    ] = None,
    organisation: RoleFor = None,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Ajouter une personne, ou un rôle à une personne connue."""
    with keeping(contract, actor, at) as keeper:
        told = _named(add_person(keeper, email, name=name, role=role, organisation=organisation))
    write(_("Enregistré : {person}.").format(person=told))


def rename_command(
    email: Email,
    name: Annotated[str, typer.Argument(metavar="NOM", help="Son nom, comme il s’écrit.")],
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Corriger le nom d’une personne."""
    with keeping(contract, actor, at) as keeper:
        person = person_of(keeper.session, email)
        rename_person(keeper, person, name)
        told = _named(person)
    write(_("Enregistré : {person}.").format(person=told))


def correct_command(
    email: Email,
    new: Annotated[str, typer.Argument(metavar="NOUVELLE", help="Sa nouvelle adresse.")],
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Corriger l’adresse d’une personne ; le courrier qui l’attend part à la nouvelle."""
    with keeping(contract, actor, at) as keeper:
        person, freed, refused = correct_address(keeper, person_of(keeper.session, email), new)
        told = _named(person)
    write(_("Enregistré : {person}.").format(person=told))
    if freed:
        write(_("Messages libérés : {count}.").format(count=freed))
    if refused:
        write(
            _(
                "Messages refusés avant : {count} ; « jalon outbox list --status refused --for {email} »"
                " les donne, « jalon outbox retry » les renvoie."
            ).format(count=refused, email=email.strip())
        )


def withdraw_command(
    email: Email,
    role: Annotated[str, typer.Argument(metavar="RÔLE", help="Le rôle, comme pilot.")],
    organisation: RoleFor = None,
    dry_run: DryRunOption = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Retirer un rôle à une personne."""
    with keeping(contract, actor, at, dry_run=dry_run) as keeper:
        person = person_of(keeper.session, email)
        held = role_of(keeper, person, role, organisation)
        parting, told = without_role(keeper, person, held), person.email
        withdraw_role(keeper, person, held)
    _tell(parting, _("Rôle retiré à {email}.").format(email=told), dry_run=dry_run)


def contact_command(
    organisation: Annotated[
        str,
        typer.Argument(metavar="ORGANISME", help="Son nom, un alias, ou le SIRET d’un porteur."),
    ],
    email: Email,
    head: Annotated[
        bool, typer.Option("--head", help="Responsable : prévenu quand rien ne vient.")
    ] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Ne plus lui écrire pour lui.")] = False,
    dry_run: DryRunOption = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Écrire à cette personne pour l’organisme, ou ne plus le faire."""
    with keeping(contract, actor, at, dry_run=dry_run) as keeper:
        found, person = find_organisation(keeper, organisation), person_of(keeper.session, email)
        parting = without_contact(keeper, person, found) if drop else Parting([], [], 0)
        if drop:
            drop_contact(keeper, found, person)
        else:
            keep_contact(keeper, found, email, head=head)
    said = (
        _("{email} n’est plus contact de {organisation}.")
        if drop
        else _("{email} est contact de {organisation}.")
    )
    _tell(parting, said.format(email=email, organisation=organisation), dry_run=dry_run)


def deactivate_command(
    email: Email,
    dry_run: DryRunOption = False,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Ne plus rien demander à cette personne ni lui écrire."""
    with keeping(contract, actor, at, dry_run=dry_run) as keeper:
        person = person_of(keeper.session, email)
        parting = without_person(keeper, person)
        deactivate(keeper, person)
    _tell(parting, _("{email} est désactivé.").format(email=email), dry_run=dry_run)


def reactivate_command(
    email: Email,
    contract: ContractOption = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Rendre à une personne désactivée ses rôles et ses contacts."""
    with keeping(contract, actor, at) as keeper:
        reactivate(keeper, person_of(keeper.session, email))
    write(_("{email} est de nouveau actif.").format(email=email))


def _named(person: "Person") -> str:
    return f"{person.name} <{person.email}>"


def _tell(parting: Parting, said: str, *, dry_run: bool) -> None:
    """What was done, or what would be; then what it changes."""
    write(_("Rien n’est gardé. Ce qui changerait :") if dry_run else said)
    for effect in parting.effects:
        write(f"- {effect}")
    if parting.many:
        text = _("Échéances rappelées désormais aux responsables : {count}.")
        write(text.format(count=parting.many))
    for duty in parting.duties:
        write(f"  {duty.reference}  {in_french(duty.due)}  {duty.label} ({duty.owner})")
