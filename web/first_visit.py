"""How the first manager of a fresh installation gets in."""

from datetime import datetime

from config.settings import Settings
from models.session import transaction
from workflows.accounts.links import first_link


def first_address(settings: Settings, now: datetime) -> str | None:
    """Where the first manager signs in, once; None when there is a manager. Raises `Unavailable`."""
    with transaction(settings.database_url) as session:
        secret = first_link(session, now)
    return f"{settings.public_url}/premiere-connexion/{secret}" if secret else None
