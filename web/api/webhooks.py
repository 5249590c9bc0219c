"""Who is told of the journal by webhook: subscribed, listed, stopped, started again, ended; by managers."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from models.session import reading
from notifications.hooks import EVENTS
from web.api.credentials import Credentials, caller_of
from web.api.doing import (
    Outcome,
    Work,
    answer_with_tag,
    changing,
    check_tag,
    do,
    tag_of,
)
from web.api.fields import WITHOUT_NUL, Given, IdempotencyKey, IfMatch, Line, Told, Words
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import now_of, settings_of
from workflows import webhooks as telling

HOOKS: dict[str, Any] = {"x-scope": "webhooks"}
router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=ApiRoute)
Number = Annotated[int, Path(ge=1, lt=2**63, description="The number of a subscriber.")]
LONGEST = 2000


class WebhookOut(Told):
    """An address that is told of what happens."""

    id: int
    url: str
    events: list[str] = Field(description="All of them when empty.")
    note: str
    active: bool
    trouble: str = Field(description="Why it was stopped, or fails.")


class NewWebhookOut(WebhookOut):
    """The same with the secret that signs what it is told: shown this once."""

    secret: str


class NewWebhook(Given):
    """An address to tell of these events; of all without any."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=WITHOUT_NUL)] = Field(
        examples=["https://exemple.fr/jalon"]
    )
    events: Annotated[list[Line], Field(max_length=len(EVENTS))] = Field([], examples=[["award"]])
    note: Annotated[Words, Field(max_length=200)] = ""


@router.get("", name="api_webhooks", responses=responses(), openapi_extra=HOOKS)
def listed(request: Request) -> list[WebhookOut]:
    """Every subscriber of the contract."""
    with reading(settings_of(request).database_url) as session:
        found = telling.list_subscribers(session, caller_of(request).contract_id)
        return [WebhookOut.model_validate(one) for one in found]


@router.get(
    "/{number}",
    name="api_webhook",
    response_model=WebhookOut,
    responses=responses(404) | {304: {"description": "Unchanged since `If-None-Match`."}},
    openapi_extra=HOOKS,
)
def one(request: Request, number: Number) -> Response:
    """One subscriber, with its ETag."""
    with reading(settings_of(request).database_url) as session:
        return answer_with_tag(request, _told(session, caller_of(request), number))


@router.post(
    "",
    name="api_add_webhook",
    status_code=201,
    response_model=NewWebhookOut,
    responses=responses(400, 409, 413),
    openapi_extra=HOOKS,
)
def add(request: Request, body: NewWebhook, idempotency_key: IdempotencyKey = None) -> Response:
    """Subscribe an address, as `jalon webhooks add` does."""
    private = settings_of(request).webhook_private

    def work(session: Session, caller: Credentials) -> Outcome:
        made, secret = telling.subscribe(
            session,
            caller.contract_id,
            body.url,
            events=body.events,
            note=body.note,
            now=now_of(request),
            private_allowed=private,
        )
        told = _told(session, caller, made.id)
        shown = NewWebhookOut(**told.model_dump(), secret=secret)
        return Outcome(shown, {"ETag": tag_of(told), "Location": f"/api/v1/webhooks/{made.id}"})

    return do(request, work, key=idempotency_key, status=201)


@router.post(
    "/{number}/stop",
    name="api_stop_webhook",
    response_model=WebhookOut,
    responses=responses(404, 409, 412, 413),
    openapi_extra=HOOKS,
)
def stop(
    request: Request,
    number: Number,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Tell it nothing more; what waits is kept."""
    return do(request, _turning(number, if_match, on=False), key=idempotency_key)


@router.post(
    "/{number}/start",
    name="api_start_webhook",
    response_model=WebhookOut,
    responses=responses(404, 409, 412, 413),
    openapi_extra=HOOKS,
)
def start(
    request: Request,
    number: Number,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Tell it again, what waits too."""
    return do(request, _turning(number, if_match, on=True), key=idempotency_key)


@router.delete(
    "/{number}",
    name="api_end_webhook",
    response_model=WebhookOut,
    responses=responses(404, 409, 412),
    openapi_extra=HOOKS,
)
def end(
    request: Request,
    number: Number,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Forget it and all that it was to be told; the answer is what it was."""

    def work(session: Session, caller: Credentials) -> Outcome:
        told = _told(session, caller, number)
        check_tag(told, if_match)
        telling.unsubscribe(session, caller.contract_id, number)
        return Outcome(told, {})

    return do(request, work, key=idempotency_key)


def _turning(number: int, if_match: str | None, *, on: bool) -> Work:
    return changing(
        lambda session, caller: _told(session, caller, number),
        if_match,
        lambda session, caller: telling.turn(session, caller.contract_id, number, on=on),
    )


def _told(session: Session, caller: Credentials, number: int) -> WebhookOut:
    found = telling.find_subscriber(session, caller.contract_id, number)
    return WebhookOut.model_validate(found)
