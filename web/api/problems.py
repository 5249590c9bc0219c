"""Errors of ours as `application/problem+json` (RFC 9457): words, and every reason with who can lift it."""

import logging
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from config.i18n import gettext as _
from models.errors import BadInput, Conflict, JalonError, Reason, Refused
from web.access import SignInFirst
from web.api.fields import Told
from web.errors import answer_of, sentences_of

logger = logging.getLogger(__name__)
MEDIA = "application/problem+json"


class Stale(Conflict):
    """What `If-Match` named is not what is there now."""


class KeyReused(JalonError):
    """An Idempotency-Key that served for another request."""


class TooLarge(JalonError):
    """More than a request may hold."""


class NotThatKind(JalonError):
    """A body of another kind than what the route takes."""


STATUSES: dict[type[Exception], int] = {Stale: 412, KeyReused: 422, TooLarge: 413, NotThatKind: 415}


class Why(Told):
    """One reason: a code for programs, a sentence for people, and whoever can do something about it."""

    code: str = Field(examples=["no_piece_missing"])
    text: str = Field(examples=["Une pièce demandée n’est pas encore arrivée."])
    fixed_by: str = Field(description="The role that can lift it; empty when none can.")


class Problem(Told):
    """What went wrong. The language is that of `Accept-Language`: French, or English."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reasons: list[Why]


class Wrong(Told):
    """The same, for a request whose values cannot be taken; each is named."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reasons: list[Why]
    fields: dict[str, str] = Field(description="What is wrong, by place in the request.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What the description of a route says of its refusals."""
    return {
        status: {"description": SAID[status], "content": {MEDIA: {"schema": _schema(status)}}}
        for status in sorted({401, 403, 422, 429, 503, *statuses})
    }


def _schema(status: int) -> dict[str, Any]:
    shapes = [{"$ref": "#/components/schemas/Problem"}]
    return (
        {"anyOf": [{"$ref": "#/components/schemas/Wrong"}, *shapes]} if status == 422 else shapes[0]
    )


SAID = {
    400: "What is asked makes no sense here; the sentences say what was expected.",
    401: "No token, or one that is no longer good.",
    403: "The token has not the scope or the role for this.",
    404: "There is none, or not for this token.",
    409: "Somebody else changed the same thing at the same time: read it again.",
    412: "It is not what `If-Match` names any more: read it again.",
    413: "The request is too large.",
    422: "A value cannot be taken, or the rules do not allow it now: every reason, and who can lift it.",
    429: "Too many requests: wait as `Retry-After` says.",
    503: "The database does not answer: nothing was changed.",
}


def problem(error: Exception) -> JSONResponse:
    """The answer that says what went wrong."""
    if isinstance(error, RequestValidationError):
        return _of_values(error)
    if isinstance(error, HTTPException):
        said = [Reason("http", str(error.detail))]
        headers = dict(error.headers or {})
        return _respond(error.status_code, _("Demande refusée"), said, headers)
    answer = answer_of(error)
    status = next((STATUSES[k] for k in type(error).__mro__ if k in STATUSES), answer.status)
    if status >= 500:
        logger.error("request failed", exc_info=error)
    headers = {}
    if isinstance(error, SignInFirst):
        headers["WWW-Authenticate"] = 'Bearer realm="jalon"'
    if wait := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(wait)
    return _respond(status, _(answer.title), sentences_of(error), headers)


def _respond(
    status: int, title: str, reasons: list[Reason], headers: dict[str, str] | None = None
) -> JSONResponse:
    told = Problem(
        title=title,
        status=status,
        detail=" ".join(reason.text for reason in reasons),
        reasons=[Why(code=r.code, text=r.text, fixed_by=r.fixed_by) for r in reasons],
    )
    return JSONResponse(told.model_dump(), status, headers, media_type=MEDIA)


def _of_values(error: RequestValidationError) -> JSONResponse:
    fields = {".".join(map(str, fault["loc"])): str(fault["msg"]) for fault in error.errors()}
    said = _("La demande contient des valeurs inattendues : {fields}.").format(
        fields=", ".join(fields)
    )
    told = Wrong(
        title=_("À corriger"),
        status=422,
        detail=said,
        reasons=[Why(code="bad_value", text=said, fixed_by="")],
        fields=fields,
    )
    return JSONResponse(told.model_dump(), 422, media_type=MEDIA)


__all__ = ["BadInput", "Problem", "Refused", "Stale", "Why", "Wrong", "problem", "responses"]
