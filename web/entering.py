"""The last step of every way in: a session is opened, and the browser keeps it."""

import logging

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models import Person
from models.account import Means
from web.cookies import keep_session
from web.devices import device_of
from web.visit import limits_of, now_of, settings_of
from workflows.accounts.visits import open_session

logger = logging.getLogger(__name__)
SEE_OTHER = 303


def enter(
    request: Request, session: Session, person: Person, means: Means, after: str = "/"
) -> Response:
    """Sign `person` in, and go on to `after`."""
    device = device_of(request.headers.get("user-agent", ""))
    limits = limits_of(settings_of(request))
    secret = open_session(session, person, means, device, now_of(request), limits)
    response = RedirectResponse(after, SEE_OTHER)
    keep_session(request, response, secret, int(limits.absolute.total_seconds()))
    logger.info("signed in", extra={"person": person.id, "means": str(means)})
    return response
