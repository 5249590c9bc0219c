"""`jalon people withdraw`: a role taken back."""

from typing import Annotated

import typer

from cli.common import ContractOption, write
from config.i18n import gettext as _
from models.session import transaction
from workflows.people import person_of, withdraw_role
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
