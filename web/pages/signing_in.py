"""Signing in: a link asked for, a button that uses it; the first manager of a fresh installation."""

import logging

from fastapi import APIRouter, BackgroundTasks
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models import Contract
from models.account import Means
from models.errors import BadInput
from models.session import reading, transaction
from web.cookies import browser_of
from web.entering import enter
from web.forms import Posted
from web.limits import count
from web.returning import inside
from web.templating import page
from web.visit import contract_of, now_of, settings_of
from workflows.accounts.links import ask_link, become_first_manager, link_of, use_link
from workflows.accounts.newcomers import make_known
from workflows.parties import checked_email

logger = logging.getLogger(__name__)
router = APIRouter()
SEE_OTHER = 303


@router.get("/connexion", name="sign_in")
def sign_in(request: Request, suite: str = "/") -> Response:
    """Where to ask for a link."""
    values = {"next": inside(suite), "email": "", "problem": "", "provider": _provider(request)}
    return page(request, "sign_in.html", values)


@router.post("/connexion", name="ask_link")
def ask(request: Request, form: Posted, later: BackgroundTasks) -> Response:
    """Send a link, if the address is known; the answer does not say whether it is."""
    count(request, "asking")
    email, after = form.text("email"), inside(form.text("suite", "/"))
    if not _is_address(email):
        problem = _("Écrivez votre adresse électronique, comme nom@organisme.fr.")
        values = {"next": after, "email": email, "problem": problem}
        values["provider"] = _provider(request)
        return page(request, "sign_in.html", values, 400)
    later.add_task(_send, request, email, browser_of(request), after)
    response = page(request, "link_sent.html", {"email": email, "next": after})
    response.background = later
    return response


def _is_address(text: str) -> bool:
    """Whether a mail could be sent there: a slip is told at once, and tells nothing of who is known."""
    try:
        checked_email(text)
    except BadInput:
        return False
    return True


def _send(request: Request, email: str, browser: str, after: str) -> None:
    settings, now = settings_of(request), now_of(request)
    with transaction(settings.database_url) as session:
        contract = contract_of(session, settings)
        if after.startswith("/appels/"):  # they come from a call, perhaps for the first time
            make_known(session, contract.id, email, now)
        owed = ask_link(session, contract, email, browser, now, settings.public_url, after=after)
    if owed:
        request.app.state.wake_mail()


@router.get("/connexion/lien/{secret}", name="open_link")
def open_link(request: Request, secret: str) -> Response:
    """A button: a mail scanner that opens the link signs nobody in."""
    count(request, "using")
    with reading(settings_of(request).database_url) as session:
        link_of(session, secret, browser_of(request), now_of(request))
    return page(request, "use_link.html", {"address": request.url.path})


@router.post("/connexion/lien/{secret}", name="use_link")
def use(request: Request, secret: str, _form: Posted) -> Response:
    """Sign in, and go on to the page that was asked for when the link was."""
    count(request, "using")
    with transaction(settings_of(request).database_url) as session:
        used = use_link(session, secret, browser_of(request), now_of(request))
        return enter(request, session, used.person, used.means, inside(used.after))


@router.get("/premiere-connexion/{secret}", name="open_first")
def open_first(request: Request, secret: str) -> Response:
    """Who the first manager is."""
    count(request, "using")
    with reading(settings_of(request).database_url) as session:
        link_of(session, secret, "", now_of(request))
        values = {"address": request.url.path, "email": "", "name": "", "problem": ""}
        return page(request, "first_manager.html", values)


@router.post("/premiere-connexion/{secret}", name="use_first")
def use_first(request: Request, secret: str, form: Posted) -> Response:
    """Make the first manager, and sign them in."""
    count(request, "using")
    email, name = form.text("email"), form.text("name")
    try:
        with transaction(settings_of(request).database_url) as session:
            contract: Contract = contract_of(session, settings_of(request))
            now = now_of(request)
            person = become_first_manager(session, contract, secret, email, name, now)
            return enter(request, session, person, Means.OPERATOR, "/")
    except BadInput as error:
        values = {"address": request.url.path, "email": email, "name": name, "problem": str(error)}
        return page(request, "first_manager.html", values, 400)


def _provider(request: Request) -> str:
    """The name of the agents' identity provider; empty without one."""
    settings = settings_of(request)
    return settings.oidc_label if settings.oidc_issuer else ""
