"""Moving an application: what may be done from where it stands, and doing it, or only to see."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.openapi.models import Example
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from config.labels import state_label, trigger_label
from models import Application, Message, Obligation
from models.session import reading
from models.vocabulary import Outcome, Role, State, Trigger
from web.api.applications import WRITE
from web.api.credentials import Credentials, caller_of
from web.api.doing import Outcome as Answer
from web.api.doing import check_match, do, etag_of
from web.api.fields import (
    IdempotencyKey,
    IfMatch,
    Reference,
    Told,
)
from web.api.found import found
from web.api.given import Advance, given_of
from web.api.problems import Why, responses
from web.api.route import ApiRoute
from web.visit import now_of, settings_of
from workflows.advance import Done, advance
from workflows.blockers import blockers, prepare
from workflows.deadlines import civil_date
from workflows.lifecycle import CORRECTION, STEPS

router = APIRouter(prefix="/applications", tags=["moves"], route_class=ApiRoute)


class PossibleMove(Told):
    """A move out of the state it is in: where it leads, and what stands in the way."""

    trigger: Trigger
    label: str
    to: State | None = Field(description="Null for a correction that has nowhere to go back to.")
    possible: bool = Field(description="Whether it could be done now, said as it is.")
    reasons: list[Why] = Field(
        description="Every condition that does not hold; some are met by what is said with the move."
    )


class Moves(Told):
    """The moves of the table that leave the state of this application."""

    reference: str
    state: State
    moves: list[PossibleMove]


@router.get("/{reference}/moves", name="api_moves", responses=responses(404))
def moves(request: Request, reference: Reference) -> Moves:
    """What may be done from here: each move, and each reason against it with who can lift it."""
    caller = caller_of(request)
    with reading(settings_of(request).database_url) as session:
        one = found(session, caller, reference)
        steps = [
            step
            for step in (*STEPS, CORRECTION)
            if step.trigger is not Trigger.SUBMIT and one.state in step.sources
        ]
        told = []
        for step in steps:
            move = prepare(session, one, step.trigger, caller.actor, now_of(request))
            against = [Why.model_validate(reason) for reason in blockers(move)]
            to = move.previous if step is CORRECTION else step.dest
            label = trigger_label(step.trigger)
            told.append(
                PossibleMove(
                    trigger=step.trigger, label=label, to=to, possible=not against, reasons=against
                )
            )
        return Moves(reference=one.reference, state=one.state, moves=told)


class ObligationOpened(Told):
    """What became owed."""

    key: str
    duty: str
    about: str
    owed_by: Role
    due: date


class MailOwed(Told):
    """A mail that will leave."""

    key: str
    template: str
    recipient: str
    subject: str
    answers_to: str = Field(description="Who reads the answers; empty when it is the team.")


class Moved(Told):
    """What the move wrote, or would write."""

    reference: str
    dry_run: bool
    trigger: Trigger
    from_: State = Field(serialization_alias="from")
    to: State
    outcome: Outcome | None
    label: str
    revision: int
    seq: int = Field(description="Its number in the journal.")
    obligations: list[ObligationOpened]
    mail: list[MailOwed]


EXAMPLES: dict[str, Example] = {
    "a trial": {"value": {"trigger": "declare_eligible", "dry_run": True}},
    "a committee day": {"value": {"trigger": "refer", "session": "2021-03-18"}},
    "an award": {"value": {"trigger": "award", "amounts": {"État": "8000.00", "Ville": "0"}}},
}


@router.post(
    "/{reference}/advance",
    name="api_advance",
    response_model=Moved,
    responses=responses(400, 404, 409, 412, 413),
    openapi_extra=WRITE,
)
def advance_(
    request: Request,
    reference: Reference,
    body: Annotated[Advance, Body(openapi_examples=EXAMPLES)],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Fire a trigger, exactly as `jalon advance` does; `dry_run` tells what would come of it."""

    def work(session: Session, caller: Credentials) -> Answer:
        one = found(session, caller, reference)
        check_match(one, if_match)
        given = given_of(one, body, civil_date(now_of(request)))
        source = one.state
        done = advance(session, one, body.trigger, caller.actor, now_of(request), given=given)
        session.flush()
        told = _moved(one, done, source, dry_run=body.dry_run)
        return Answer(told, {} if body.dry_run else {"ETag": etag_of(one)})

    return do(request, work, key=idempotency_key, dry_run=body.dry_run)


def _moved(application: Application, done: Done, source: State, *, dry_run: bool) -> Moved:
    return Moved(
        reference=application.reference,
        dry_run=dry_run,
        trigger=Trigger(done.entry.action),
        from_=source,
        to=application.state,
        outcome=application.outcome,
        label=state_label(application.state, application.outcome),
        revision=application.revision,
        seq=done.entry.seq,
        obligations=opened(done.obligations),
        mail=owed(done.messages),
    )


def opened(obligations: list[Obligation]) -> list[ObligationOpened]:
    """What became owed, as the API tells it."""
    return [
        ObligationOpened(
            key=o.key, duty=o.duty, about=o.about, owed_by=o.owed_by, due=o.effective_on
        )
        for o in obligations
    ]


def owed(messages: list[Message]) -> list[MailOwed]:
    """The mail to leave, as the API tells it."""
    return [MailOwed.model_validate(message) for message in messages]
