"""`jalon people contact` and `withdraw`: what a person is to an organisation."""

from typing import Annotated

import typer

from cli.common import ContractOption, write
from config.i18n import gettext as _
from models.session import transaction
from workflows.people import add_contact, person_of, withdraw_role
from workflows.queries import get_contract

Email = Annotated[str, typer.Argument(metavar="ADRESSE", help="L’adresse électronique.")]


def withdraw_command(
    email: Email,
    role: Annotated[str, typer.Argument(metavar="RÔLE", help="Le rôle, comme pilot.")],
    organisation: Annotated[
        str | None, typer.Option(metavar="NOM|SIRET", help="L’organisme pour lequel il s’exerce.")
    ] = None,
    contract: ContractOption = None,
) -> None:
    """Retirer un rôle à une personne."""
    with transaction() as session:
        found, person = get_contract(session, contract).id, person_of(session, email)
        withdraw_role(session, found, person, role, organisation)
        told = person.email
    write(_("Rôle retiré à {email}.").format(email=told))


def contact_command(
    organisation: Annotated[
        str,
        typer.Argument(metavar="ORGANISME", help="Son nom, un alias, ou le SIRET d’un porteur."),
    ],
    email: Email,
    head: Annotated[
        bool, typer.Option("--head", help="Responsable : prévenu quand rien ne vient.")
    ] = False,
    contract: ContractOption = None,
) -> None:
    """Écrire à cette personne pour l’organisme."""
    with transaction() as session:
        add_contact(session, get_contract(session, contract).id, organisation, email, head=head)
    write(
        _("{email} est contact de {organisation}.").format(email=email, organisation=organisation)
    )
