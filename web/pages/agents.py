"""Signing in for agents: to the identity provider and back, or by the emergency account."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models.account import Means
from models.errors import NotFound, Reason, Refused
from models.session import transaction
from web.agents.proof import agent_of
from web.agents.provider import Provider, authorization_address, provider_of
from web.cookies import browser_of
from web.devices import device_of
from web.entering import SEE_OTHER, enter
from web.forms import Posted
from web.limits import count
from web.returning import inside
from web.templating import page
from web.visit import now_of, settings_of
from workflows.accounts.alarm import tell_emergency
from workflows.accounts.emergency import try_account
from workflows.accounts.identities import begin, come_back, person_of

router = APIRouter()


@router.post("/connexion/agent", name="leave_for_provider")
def leave(request: Request, form: Posted) -> Response:
    """Go to the identity provider; only this browser may come back."""
    count(request, "agent")
    settings, provider = settings_of(request), _provider(request)
    with transaction(settings.database_url) as session:
        state, nonce = begin(
            session, browser_of(request), now_of(request), inside(form.text("suite"))
        )
    return RedirectResponse(authorization_address(settings, provider, state, nonce), SEE_OTHER)


@router.get("/connexion/agent/retour", name="come_back")
def back(request: Request, code: str = "", state: str = "", iss: str = "") -> Response:
    """Come back from there. The one page that a GET signs in at: OpenID Connect has it so.

    Nothing is believed before the attempt is found to be this browser's own, which spends it.
    """
    count(request, "agent")
    settings, provider, now = settings_of(request), _provider(request), now_of(request)
    with transaction(settings.database_url) as session:
        nonce, after = come_back(session, state, browser_of(request), now)
    if not code or iss not in {"", provider.issuer}:
        text = _("La connexion a été abandonnée : recommencez, ou demandez un lien de connexion.")
        raise Refused([Reason("given_up", text)])
    agent = agent_of(settings, provider, code, nonce, now)
    with transaction(settings.database_url) as session:
        return enter(request, session, person_of(session, agent, now), Means.OIDC, inside(after))


def _provider(request: Request) -> Provider:
    issuer = settings_of(request).oidc_issuer
    if issuer is None:
        raise NotFound(_("Aucun service d’identité n’est réglé : demandez un lien de connexion."))
    return provider_of(issuer)


@router.get("/connexion/secours", name="emergency")
def emergency(request: Request, suite: str = "/") -> Response:
    """The form of the emergency account."""
    return page(request, "emergency.html", {"email": "", "problem": "", "next": inside(suite)})


@router.post("/connexion/secours", name="use_emergency")
def use_emergency(request: Request, form: Posted) -> Response:
    """Let in whoever has the password and the code; every manager is told."""
    count(request, "emergency")
    email, now, after = form.text("email"), now_of(request), inside(form.text("suite"))
    with transaction(settings_of(request).database_url) as session:
        tried = try_account(session, email, form.text("password"), form.text("code"), now)
        if tried.person is not None:
            device = device_of(request.headers.get("user-agent", ""))
            tell_emergency(session, tried.person, device, now)
            response = enter(request, session, tried.person, Means.CODE, after)
    if tried.reason is not None:
        values = {"email": email, "problem": tried.reason.text, "next": after}
        return page(request, "emergency.html", values, 422)
    request.app.state.wake_mail()
    return response
