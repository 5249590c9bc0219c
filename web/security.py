"""Around every answer: strict headers, requests from other sites refused, the reader's language."""

import logging
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.i18n import LOCALE_FOLDER, SOURCE_LANGUAGE, speaking
from web.cookies import language_of

logger = logging.getLogger(__name__)
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none';"
    " base-uri 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",  # personal unless the route says otherwise
}
A_YEAR = "max-age=31536000"
LANGUAGES = (SOURCE_LANGUAGE, *sorted(path.stem for path in LOCALE_FOLDER.glob("*.po")))


class Guarded:
    """The application, behind what holds for all of its routes."""

    def __init__(self, app: ASGIApp, *, secure: bool, provider: str | None = None) -> None:
        self.app = app
        self.headers = HEADERS | ({"Strict-Transport-Security": A_YEAR} if secure else {})
        if provider:  # the forms of signing in and out lead there
            policy = POLICY.replace("form-action 'self'", f"form-action 'self' {_origin(provider)}")
            self.headers["Content-Security-Policy"] = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        with speaking(_language(request)):
            if comes_from_elsewhere(scope["method"], request.headers):
                logger.warning("request from another site refused", extra={"path": scope["path"]})
                refusal = PlainTextResponse("Requête venue d’un autre site : refusée.", 403)
                await refusal(scope, receive, with_headers)
                return
            await self.app(scope, receive, with_headers)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def comes_from_elsewhere(method: str, headers: Headers) -> bool:
    """Whether another site is behind this request; a link that is followed is welcome."""
    site = headers.get("sec-fetch-site")
    if method in SAFE:
        return site == "cross-site" and headers.get("sec-fetch-mode") not in {"navigate", None}
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def _language(request: Request) -> str:
    """The first that we speak: chosen here before, then what the browser prefers."""
    preferred = request.headers.get("accept-language", "").split(",")[:10]
    wanted = [language_of(request)]
    wanted += [part.partition(";")[0].strip()[:2].lower() for part in preferred]
    default: str = request.scope["app"].state.settings.locale if "app" in request.scope else ""
    return next((code for code in [*wanted, default] if code in LANGUAGES), SOURCE_LANGUAGE)
