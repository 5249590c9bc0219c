"""Errors of ours as answers: the only place that knows HTTP statuses. Each says what to do next."""

import logging
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.errors import ConfigError
from config.i18n import gettext as _
from config.i18n import later
from models.errors import BadInput, Conflict, JalonError, NotFound, Reason, Refused, Unavailable
from web.access import Forbidden, SignInFirst, TooOften
from web.cookies import session_secret
from web.forms import StaleForm, written_in
from web.glance import glancing
from web.returning import asked_page
from web.templating import page

logger = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What an error is over HTTP: its status, and the title of its page."""

    status: int
    title: str


ANSWERS: dict[type[Exception], Answer] = {
    SignInFirst: Answer(401, later("Connexion nécessaire")),
    Forbidden: Answer(403, later("Page réservée")),
    NotFound: Answer(404, later("Introuvable")),
    Conflict: Answer(409, later("Modifié entre-temps")),
    Refused: Answer(422, later("Ce n’est pas possible maintenant")),
    BadInput: Answer(400, later("À corriger")),
    TooOften: Answer(429, later("Trop de demandes")),
    Unavailable: Answer(503, later("Service indisponible")),
    ConfigError: Answer(503, later("Réglage à corriger")),
}
BROKEN = Answer(500, later("Une erreur s’est produite"))
_NOT_TAKEN = later(
    "Votre connexion a pris fin avant l’envoi : rien n’a été enregistré. Copiez ce que vous aviez"
    " écrit, reconnectez-vous, puis collez-le à sa place."
)
_LISTS = {
    "/dossiers": ("/dossiers", later("Dossiers")),
    "/vues": ("/dossiers", later("Dossiers")),
    "/tableau": ("/dossiers", later("Dossiers")),
    "/courrier": ("/courrier", later("Courrier")),
    "/annuaire": ("/annuaire", later("Annuaire")),
    "/fiches": ("/fiches", later("Fiches")),
    "/calendrier": ("/calendrier", later("Calendrier")),
}
_OF_STATUS = {
    404: (NotFound, later("Cette page n’existe pas : vérifiez l’adresse, ou revenez à l’accueil.")),
    405: (BadInput, later("Cette page ne s’utilise pas ainsi : revenez à l’accueil.")),
    413: (BadInput, later("L’envoi est trop volumineux.")),
}


def answer_of(error: Exception) -> Answer:
    """The status and title of an error, by the nearest class of `ANSWERS`."""
    found = (ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    return next(found, BROKEN)


def sentences_of(error: Exception) -> list[Reason]:
    """What is wrong, in words: every reason, with who can lift it."""
    if isinstance(error, Refused):
        return list(error.reasons)
    if isinstance(error, BadInput):
        return [Reason("bad_input", str(problem)) for problem in error.problems]
    if isinstance(error, JalonError):
        return [Reason(type(error).__name__, str(error))]
    if isinstance(error, ConfigError):
        return [
            Reason("settings", _("Un réglage de Jalon est à corriger : prévenez l’exploitant."))
        ]
    said = _("Rien n’a été enregistré. L’erreur est notée dans le journal technique ; recommencez.")
    return [Reason("broken", said)]


def catch_errors(app: FastAPI) -> None:
    """Answer with a page in words, whatever goes wrong."""
    for kind in (*ANSWERS, Exception):
        app.add_exception_handler(kind, on_error)
    app.add_exception_handler(RequestValidationError, _on_bad_request)
    app.add_exception_handler(HTTPException, _on_http)


def on_error(request: Request, error: Exception) -> Response:
    """The page of an error; whoever is not signed in goes to sign in, and comes back."""
    if isinstance(error, SignInFirst) and request.method in {"GET", "HEAD"}:
        return RedirectResponse(f"/connexion?{urlencode({'suite': asked_page(request)})}", 303)
    answer = answer_of(error)
    if answer.status >= 500:
        logger.error("request failed", exc_info=error, extra={"path": request.url.path})
    values = {"title": _(answer.title), "reasons": sentences_of(error), "code": answer.status}
    values["written"] = ""
    if isinstance(error, SignInFirst | StaleForm) and (written := written_in(request)):
        values |= {"written": written, "reasons": [Reason("not_taken", _(_NOT_TAKEN))]}
    values |= {"reread": _reread(request.url.path), "back": _list_of(request.url.path)}
    return _with_menu(request, values, answer.status)


def _with_menu(request: Request, values: dict[str, Any], status: int) -> Response:
    """The page with the menu of whoever is signed in, to go on from there; bare where that fails too."""
    if status < 500 and session_secret(request):
        try:
            with glancing(request) as glance:
                return glance.page("error.html", status, **values)
        except (JalonError, ConfigError):
            logger.info("error told without the menu", extra={"path": request.url.path})
    return page(request, "error.html", values, status)


def _reread(path: str) -> str:
    """Where to look again: the application that the page was about, else the home page."""
    parts = path.split("/")
    return "/".join(parts[:3]) if parts[1:2] == ["dossiers"] else "/"


def _list_of(path: str) -> tuple[str, str] | None:
    """The list that the page hangs on, with its name: one goes on from there rather than from home."""
    first = f"/{path.split('/')[1]}"
    return (_LISTS[first][0], _(_LISTS[first][1])) if first in _LISTS else None


def _on_bad_request(request: Request, _error: Exception) -> Response:
    text = _("L’adresse de cette page contient une valeur inattendue : revenez à l’accueil.")
    return on_error(request, BadInput(text))


def _on_http(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        from web.api.problems import problem
        from web.api.router import methods_at

        response: Response = problem(error)
        if response.status_code == 405:
            response.headers["Allow"] = ", ".join(methods_at(request.url.path))
        return response
    status = error.status_code if isinstance(error, HTTPException) else 500
    kind, text = _OF_STATUS.get(status, (BadInput, later("La demande n’a pas été comprise.")))
    response = on_error(request, kind(_(text)))
    response.status_code = status
    return response
