"""Signing out of the identity provider too, for whoever came in by it."""

from sqlalchemy.orm import Session
from starlette.requests import Request

from models.account import Means
from models.errors import Unavailable
from web.agents.provider import end_address, provider_of
from web.cookies import session_secret
from web.visit import limits_of, now_of, settings_of
from workflows.accounts.identities import hint_of
from workflows.accounts.secrets import new_secret
from workflows.accounts.visits import session_of


def way_out(request: Request, session: Session) -> str | None:
    """Where this browser must go to be signed out of the provider; None when it need not."""
    settings = settings_of(request)
    if settings.oidc_issuer is None:
        return None
    found = session_of(session, session_secret(request), now_of(request), limits_of(settings))
    if found is None or found.means is not Means.OIDC:
        return None
    try:
        provider = provider_of(settings.oidc_issuer)
    except Unavailable:
        return None  # signing out of Jalon does not depend on it
    hint = hint_of(session, found.person_id, provider.issuer)
    return end_address(settings, provider, hint, new_secret())
