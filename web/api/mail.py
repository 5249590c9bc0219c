"""The outbox: what is to leave and what left, and what a manager may do with it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models import Application, Message
from models.errors import BadInput, NotFound
from models.session import reading
from models.vocabulary import MessageStatus
from notifications import outbox_actions as outbox
from web.api.credentials import Credentials, caller_of
from web.api.cursors import cursor_after, place_in
from web.api.doing import Outcome, Work, do
from web.api.fields import Cursor, Given, IdempotencyKey, Limit, Line, Told, Words
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import now_of, settings_of

MAIL: dict[str, Any] = {"x-scope": "mail"}
router = APIRouter(prefix="/outbox", tags=["outbox"], route_class=ApiRoute)
Key = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,200}$", description="The key of a message.")]


class MessageOut(Told):
    """One mail, without its content."""

    key: str = Field(examples=["award:42:7"])
    recipient: str
    template: str
    subject: str
    due_at: datetime
    status: MessageStatus
    attempts: int
    doubtful: bool = Field(description="It may have left twice.")
    sent_at: datetime | None
    outcome: str = Field(description="The relay's answer, or why it did not leave.")
    message_id: str


class MessagePage(Told):
    """Some messages, in the order they were composed; `next` is null on the last page."""

    items: list[MessageOut]
    next: str | None


class Box(Given):
    """Which messages; all of the contract's without any."""

    status: MessageStatus | None = None
    template: Line | None = None
    application: Line | None = Field(None, description="The reference of an application.")
    cursor: Cursor = None
    limit: Limit = 50


class GivenUp(Given):
    """Why a message is given up; kept with it."""

    reason: Annotated[Words, Field(min_length=1)]


@router.get("", name="api_outbox", responses=responses(400), openapi_extra=MAIL)
def messages(request: Request, wanted: Annotated[Box, Query()]) -> MessagePage:
    """The outbox of the contract, a page at a time."""
    said = wanted.model_dump_json(exclude={"cursor", "limit"})
    place = place_in(wanted.cursor, said, (int,)) or [0]
    query = _mine(caller_of(request)).where(Message.id > place[0])
    if wanted.status:
        query = query.where(Message.status == wanted.status)
    if wanted.template:
        query = query.where(Message.template == wanted.template)
    if wanted.application:
        about = select(Application.id).where(Application.reference == wanted.application)
        query = query.where(Message.application_id.in_(about))
    with reading(settings_of(request).database_url) as session:
        rows = session.execute(query.order_by(Message.id).limit(wanted.limit + 1)).all()
    more = len(rows) > wanted.limit
    mark = cursor_after([rows[wanted.limit - 1].id], said) if more else None
    items = [MessageOut.model_validate(row) for row in rows[: wanted.limit]]
    return MessagePage(items=items, next=mark)


@router.get("/{key}", name="api_message", responses=responses(404), openapi_extra=MAIL)
def message(request: Request, key: Key) -> MessageOut:
    """One message."""
    with reading(settings_of(request).database_url) as session:
        return _told(session, caller_of(request), key)


@router.post(
    "/{key}/retry",
    name="api_retry",
    response_model=MessageOut,
    responses=responses(404, 409, 413),
    openapi_extra=MAIL,
)
def retry(request: Request, key: Key, idempotency_key: IdempotencyKey = None) -> Response:
    """Send again, now, what was put off or refused."""

    def work(session: Session) -> None:
        outbox.retry(session, key, now=now_of(request))

    return do(request, _with(key, work), key=idempotency_key)


@router.post(
    "/{key}/cancel",
    name="api_cancel",
    response_model=MessageOut,
    responses=responses(400, 404, 409, 413),
    openapi_extra=MAIL,
)
def cancel(
    request: Request, key: Key, body: GivenUp, idempotency_key: IdempotencyKey = None
) -> Response:
    """Give up a message that has not left."""
    if not body.reason.strip():
        raise BadInput(_("Pour renoncer à un message, il faut un motif."))

    def work(session: Session) -> None:
        outbox.cancel(session, key, reason=body.reason)

    return do(request, _with(key, work), key=idempotency_key)


@router.post(
    "/{key}/release",
    name="api_release",
    response_model=MessageOut,
    responses=responses(404, 409, 413),
    openapi_extra=MAIL,
)
def release(request: Request, key: Key, idempotency_key: IdempotencyKey = None) -> Response:
    """Let a message go that was held."""

    def work(session: Session) -> None:
        outbox.release(session, key, now=now_of(request))

    return do(request, _with(key, work), key=idempotency_key)


def _with(key: str, act: Any) -> Work:
    """Do `act` to a message of the caller's contract, then tell how it stands."""

    def work(session: Session, caller: Credentials) -> Outcome:
        _told(session, caller, key)
        act(session)
        session.flush()
        return Outcome(_told(session, caller, key), {})

    return work


def _mine(caller: Credentials) -> Any:
    columns = (getattr(Message, name) for name in MessageOut.model_fields)
    return select(Message.id, *columns).where(Message.contract_id == caller.contract_id)


def _told(session: Session, caller: Credentials, key: str) -> MessageOut:
    row = session.execute(_mine(caller).where(Message.key == key)).first()
    if row is None:
        raise NotFound(_("Aucun message n’a la clé « {key} ».").format(key=key))
    return MessageOut.model_validate(row)
