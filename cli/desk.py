"""What `jalon file` and `jalon grant` share: naming the application, its funders, who acts and when."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cli.common import acting, moment
from config.i18n import gettext as _
from models import Application, FunderLine
from models.errors import NotFound
from models.session import transaction
from workflows.desk import Desk
from workflows.queries import get_application

Ref = Annotated[str, typer.Argument(metavar="REF", help="La référence du dossier.")]
Funder = Annotated[str, typer.Argument(metavar="FINANCEUR", help="Le financeur.")]
ReasonOption = Annotated[str, typer.Option(metavar="TEXTE", help="Le motif.")]
DayOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="Le jour du fait.")]


@contextmanager
def desk_for(
    reference: str, actor: str | None, at: str | None, *, dry_run: bool = False
) -> Iterator[tuple[Desk, Application]]:
    """A desk at which to act on one application; what is done there is kept when the block ends.

    On a dry run it is thrown away then.
    """
    now = moment(at)
    with transaction() as session:
        application = get_application(session, reference)
        by = acting(session, actor, application.call.contract_id)
        yield Desk.at(session, by, now), application
        if dry_run:
            session.rollback()


def line_of(application: Application, funder: str) -> FunderLine:
    for line in application.lines:
        if line.funder.name.casefold() == funder.casefold():
            return line
    raise NotFound(
        _("« {funder} » n’est pas sollicité sur ce dossier ; financeurs : {names}.").format(
            funder=funder, names=", ".join(line.funder.name for line in application.lines)
        )
    )
