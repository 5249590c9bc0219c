"""The two cookies: one tells browsers apart, one is whoever is signed in. Neither is read by a script."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from config.errors import ConfigError, ConfigProblem
from config.i18n import gettext as _
from config.settings import Settings, variable
from workflows.accounts.secrets import new_secret

A_YEAR = 365 * 24 * 3600


def is_secure(settings: Settings) -> bool:
    """Whether Jalon is reached over https; raises `ConfigError` for http beyond this machine."""
    url = settings.public_url
    if url.startswith("https://"):
        return True
    if url.partition("://")[2].partition(":")[0].partition("/")[0] in {"localhost", "127.0.0.1"}:
        return False
    text = _("« {url} » refusé, attendu : une adresse en https (ou http://localhost pour essayer)")
    raise ConfigError([ConfigProblem(text.format(url=url), variable("public_url"))])


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if request.app.state.secure else name


def browser_of(request: Request) -> str:
    """The secret of this browser: brought by it, or made now and to be set with the answer."""
    brought = request.cookies.get(_name(request, "jalon-browser"), "")
    if not hasattr(request.state, "browser"):
        request.state.browser = brought or new_secret()
        request.state.browser_is_new = not brought
    return str(request.state.browser)


def session_secret(request: Request) -> str:
    """The secret of the session that the browser brings; empty when there is none."""
    return request.cookies.get(_name(request, "jalon"), "")


def form_token(request: Request) -> str:
    """What a form of ours carries, and that no other site can know."""
    basis = session_secret(request) or browser_of(request)
    return hashlib.sha256(f"form:{basis}".encode()).hexdigest()


def keep_browser(request: Request, response: Response) -> None:
    """Set the cookie of a browser that came without one."""
    if getattr(request.state, "browser_is_new", False):
        _set(request, response, "jalon-browser", request.state.browser, A_YEAR)


def keep_session(request: Request, response: Response, secret: str, seconds: int) -> None:
    """Sign in: the browser keeps the secret of its session."""
    _set(request, response, "jalon", secret, seconds)


def keep_language(request: Request, response: Response, code: str) -> None:
    """Remember in which language this browser reads."""
    _set(request, response, "jalon-language", code, A_YEAR)


def language_of(request: Request) -> str:
    """The language that this browser asked for; empty when it did not."""
    return request.cookies.get(_name(request, "jalon-language"), "")


def drop_session(request: Request, response: Response) -> None:
    """Sign out: the browser forgets."""
    secure = bool(request.app.state.secure)
    response.delete_cookie(_name(request, "jalon"), path="/", secure=secure, httponly=True)


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=bool(request.app.state.secure),
        httponly=True,
        samesite="lax",
    )
