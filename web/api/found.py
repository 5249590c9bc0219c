"""The application that a request names, once it is sure that its caller may see it."""

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application
from models.errors import NotFound
from web.api.credentials import Credentials
from workflows.accounts.sight import EVERYTHING, sees
from workflows.queries import get_application


def found(session: Session, caller: Credentials, reference: str) -> Application:
    """The application, whole; raises `NotFound` when there is none, or none for this caller."""
    if not sees(session, caller.sight, reference):
        raise NotFound(
            _("Aucun dossier ouvert à ce jeton ne porte la référence « {reference} ».").format(
                reference=reference
            )
        )
    return get_application(session, reference)


def is_inside(caller: Credentials, application: Application) -> bool:
    """Whether the caller examines this application, and not only applies."""
    if EVERYTHING & caller.roles:
        return True
    led = {pilot.organisation_id for pilot in application.fiche.pilots}
    asked = {line.funder_id for line in application.lines}
    return bool(led & caller.sight.pilots or asked & caller.sight.funders)
