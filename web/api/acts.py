"""Acts that move nothing: pieces, opinions, decisions, agreements, reports, dates."""

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.openapi.models import Example
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from web.api import act_bodies as before
from web.api import grant_bodies as after
from web.api import payment_bodies as money
from web.api.amend_body import Amend
from web.api.applications import WRITE
from web.api.credentials import Credentials
from web.api.doing import Outcome as Answer
from web.api.doing import check_match, do, etag_of
from web.api.fields import IdempotencyKey, IfMatch, Reference, Told
from web.api.found import found
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import now_of
from workflows.desk import Desk

router = APIRouter(prefix="/applications", tags=["acts"], route_class=ApiRoute)


AnyAct = (
    Amend
    | before.AskPiece
    | before.ReceivePiece
    | before.RecordPriorReport
    | before.GiveOpinion
    | before.DecideLine
    | before.Extend
    | before.TakeCare
    | before.AskDelay
    | after.SignAgreement
    | after.PublishAgreement
    | after.ReceiveReport
    | after.ReviewReport
    | after.Postpone
    | money.RecordPayment
    | money.CancelPayment
    | money.RecordRepayment
)


EXAMPLES: dict[str, Example] = {
    "a document asked for": {"value": {"act": "ask_piece", "piece": "RIB", "reason": "illisible"}},
    "a correction": {"value": {"act": "amend", "title": "Ateliers vélo", "reason": "coquille"}},
    "an opinion": {"value": {"act": "give_opinion", "pilot": "Métropole", "verdict": "favourable"}},
    "a payment": {
        "value": {
            "act": "record_payment",
            "funder": "État",
            "amount": "4000.00",
            "payment_reference": "Mandat 2021-1204",
        }
    },
    "a report": {"value": {"act": "receive_report", "kind": "final", "spent": "12800.00"}},
}


class Acted(Told):
    """What was done, and the application's revision after it."""

    reference: str
    act: str
    revision: int
    dry_run: bool


@router.post(
    "/{reference}/acts",
    name="api_act",
    response_model=Acted,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=WRITE,
)
def act(
    request: Request,
    reference: Reference,
    body: Annotated[AnyAct, Body(discriminator="act", openapi_examples=EXAMPLES)],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Do one of the acts of `jalon file` and `jalon grant`, named by `act`."""

    def work(session: Session, caller: Credentials) -> Answer:
        one = found(session, caller, reference)
        check_match(one, if_match)
        body.perform(Desk.at(session, caller.actor, now_of(request)), one)
        session.flush()
        told = Acted(
            reference=one.reference, act=body.act, revision=one.revision, dry_run=body.dry_run
        )
        return Answer(told, {} if body.dry_run else {"ETag": etag_of(one)})

    return do(request, work, key=idempotency_key, dry_run=body.dry_run)
