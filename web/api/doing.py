"""Doing something for a program: in one transaction, once per Idempotency-Key, or only to see."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models import Application, IdempotentAnswer
from models.session import transaction
from models.upsert import insert_once
from web.api.credentials import Credentials, caller_of
from web.api.problems import KeyReused, Stale
from web.visit import now_of, settings_of


class Outcome(NamedTuple):
    """What a program is told, and its headers."""

    told: BaseModel
    headers: dict[str, str]


Work = Callable[[Session, Credentials], Outcome]
Act = Callable[[Session, Credentials], object]


def do(
    request: Request, work: Work, *, key: str | None, dry_run: bool = False, status: int = 200
) -> Response:
    """Answer with what `work` tells; kept with its work under `key`, or thrown away when `dry_run`.

    Two requests under one key at once: the second waits for the first, and is answered the same.
    """
    caller = caller_of(request)
    with transaction(settings_of(request).database_url) as session:
        keep = key if not dry_run else None
        if keep and (kept := _claim(session, request, caller, keep)):
            return Response(
                kept.body,
                status,
                headers=kept.headers | {"Idempotent-Replayed": "true"},
                media_type="application/json",
            )
        told, headers = work(session, caller)
        session.flush()
        body = told.model_dump_json(by_alias=True)
        if keep:
            row = _answer(session, caller, keep)
            row.body, row.headers = body, headers
        if dry_run:
            session.rollback()
    return Response(body, status, headers=headers, media_type="application/json")


def _claim(
    session: Session, request: Request, caller: Credentials, key: str
) -> IdempotentAnswer | None:
    """The answer given before under this key; None when the key is ours to use now."""
    ours = {
        "token_id": caller.token_id,
        "key": key,
        "request_digest": request.state.digest,
        "headers": {},
        "body": "",
        "made_at": now_of(request),
    }
    if insert_once(session, IdempotentAnswer, ours):
        return None
    kept = _answer(session, caller, key)
    if kept.request_digest != request.state.digest:
        raise KeyReused(
            _("Cette Idempotency-Key a servi pour une autre demande : prenez-en une autre.")
        )
    return kept


def _answer(session: Session, caller: Credentials, key: str) -> IdempotentAnswer:
    return session.scalars(
        select(IdempotentAnswer).where(
            IdempotentAnswer.token_id == caller.token_id, IdempotentAnswer.key == key
        )
    ).one()


def tag_of(told: BaseModel) -> str:
    """The tag of something that has no revision: of all that is told of it."""
    return f'"{hashlib.sha256(told.model_dump_json().encode()).hexdigest()[:20]}"'


def tagged(told: BaseModel) -> Outcome:
    """What is told, with its tag."""
    return Outcome(told, {"ETag": tag_of(told)})


def changing(
    tell: Callable[[Session, Credentials], BaseModel],
    if_match: str | None,
    act: Act,
) -> Work:
    """The work of changing something that has no revision: what `tell` tells of it, `act` done on it."""

    def work(session: Session, caller: Credentials) -> Outcome:
        check_tag(tell(session, caller), if_match)
        act(session, caller)
        session.flush()
        session.expire_all()
        return tagged(tell(session, caller))

    return work


def _matches(tag: str, if_match: str | None) -> bool:
    """Whether `If-Match` is absent, or names that tag."""
    if if_match is None or if_match.strip() == "*":
        return True
    return tag in {named.strip() for named in if_match.split(",")}


def check_tag(told: BaseModel, if_match: str | None) -> None:
    """Raises `Stale` when `If-Match` names something else than what is told now."""
    if not _matches(tag_of(told), if_match):
        raise Stale(
            _("Ceci vient d’être modifié par quelqu’un d’autre : relisez, puis recommencez.")
        )


def answer_with_tag(request: Request, told: BaseModel) -> Response:
    """What is told, with its tag; 304 without it when `If-None-Match` names that tag."""
    tag = tag_of(told)
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(told.model_dump_json(), headers={"ETag": tag}, media_type="application/json")


def etag_of(application: Application) -> str:
    """The tag of an application as it stands."""
    return f'"{application.revision}"'


def check_match(application: Application, if_match: str | None) -> None:
    """Raises `Stale` when `If-Match` names another revision."""
    if not _matches(etag_of(application), if_match):
        raise Stale(
            _(
                "Le dossier {reference} vient d’être modifié par quelqu’un d’autre : relisez-le, puis recommencez."
            ).format(reference=application.reference)
        )
