"""From what happened to the mails it calls for: each message of the catalogue, each person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from config.i18n import SOURCE_LANGUAGE, speaking
from models import Message, Obligation, Person
from models.message import may_have_left
from models.vocabulary import Act, ObligationStatus, Trigger
from notifications.answering import answered
from notifications.catalogue import Entry, caused_by
from notifications.cause import Announced, Audience, Cause
from notifications.contexts import Context, FunderShare
from notifications.formats import PARIS
from notifications.posting import current_posting
from notifications.recipients import OF_ROLE, addressees
from notifications.rendering import render, spoken_language


class Draft(NamedTuple):
    """One mail that a cause calls for; without a person it goes to the team's own mailbox."""

    entry: Entry
    context: Context
    person: Person | None
    owed: tuple[Obligation, ...] = ()  # whose dates it names, and which it asks to meet
    known: tuple[Obligation, ...] = ()  # whose dates it may name

    def facts(self) -> dict[str, Any]:
        """What is kept of it beside its words; `states`, those whose date would have to be redone."""
        found = dated(self.owed) if self.owed else {}
        return found | ({"states": [o.id for o in self.known]} if self.known else {})


def dated(owed: Iterable[Obligation]) -> dict[str, Any]:
    """What a mail asks to meet, and by when: once met, or moved, it may not have to leave."""
    dates = {str(obligation.id): f"{obligation.effective_on}" for obligation in owed}
    return {"obligations": [int(number) for number in dates], "dates": dates}


def drafts(session: Session, cause: Cause) -> list[Draft]:
    """Every mail that the catalogue ties to what happened, one a person; writes nothing.

    Somebody in two roles gets the one that asks for something, which names the other.
    """
    theirs: dict[int, list[Draft]] = {}
    for draft in _every(session, cause):
        theirs.setdefault(draft.person.id if draft.person else 0, []).append(draft)
    return [_one_of(found) for found in theirs.values()]


def _one_of(found: list[Draft]) -> Draft:
    first, *others = sorted(found, key=lambda draft: draft.entry.asks is None)
    if not others:
        return first
    spoken = first.person.language if first.person else SOURCE_LANGUAGE
    also = tuple(render(d.entry.key, d.context, spoken).subject for d in others)
    return first._replace(context=first.context.model_copy(update={"also": also}))


def _every(session: Session, cause: Cause) -> Iterator[Draft]:
    if cause.action in (Trigger.AWARD, Trigger.REFUSE):
        cause = replace(cause, announced=_announced(session, cause.application.id))
    for entry in caused_by(cause.action):
        known = replace(cause, live=_live(session, cause)) if entry.looks_up else cause
        if entry.audience is Audience.ALREADY_WRITTEN:
            yield from _corrections(session, entry, known)
        elif entry.audience:
            persons, instead_of = addressees(session, cause, entry.audience)
            found: list[Person | None] = [*persons]
            for person in found or [None]:
                if context := _context(entry, known, person):
                    page = _page(entry, cause, instead_of)
                    told = context.model_copy(update={"instead_of": instead_of, "page": page})
                    told = answered(session, cause, entry, told, person)
                    yield Draft(entry, told, person, _owed(entry, known), _known(known))


def _known(cause: Cause) -> tuple[Obligation, ...]:
    return tuple({o.id: o for o in (*cause.obligations, *cause.live)}.values())


def _page(entry: Entry, cause: Cause, instead_of: str) -> str:
    """Where its reader sees the application: applicants on a page of theirs."""
    audience = entry.audience
    if audience is Audience.OWNER and cause.obligations:
        audience = OF_ROLE.get(cause.obligations[0].owed_by)
    theirs = audience is Audience.GRANTEE and not instead_of
    place = "mes-demandes" if theirs else "dossiers"
    return f"{current_posting().public_url}/{place}/{cause.application.reference}"


def _owed(entry: Entry, cause: Cause) -> tuple[Obligation, ...]:
    if entry.on is Act.EXTEND:
        return tuple(cause.obligations)
    return tuple(o for o in _known(cause) if o.duty is entry.asks)


def _corrections(session: Session, entry: Entry, cause: Cause) -> Iterator[Draft]:
    """Each person reads of the mail that they themselves got."""
    for person in addressees(session, cause, Audience.ALREADY_WRITTEN).persons:
        theirs = [message for message in cause.corrected if message.person_id == person.id]
        known = replace(cause, corrected=theirs)
        if context := _context(entry, known, person):
            told = answered(session, known, entry, context, person)
            yield Draft(entry, told, person, known=_known(known))


def _context(entry: Entry, cause: Cause, person: Person | None) -> Context | None:
    """What the mail says, in the language of whoever reads it."""
    with speaking(spoken_language(person.language if person else SOURCE_LANGUAGE)):
        return entry.build(cause) if entry.build else None


def _announced(session: Session, application_id: int) -> list[Announced]:
    """The decisions of single funders that were told by a mail of their own."""
    query = select(Message.facts, Message.composed_at).where(
        Message.application_id == application_id,
        Message.template == "funder_decision",
        may_have_left(),
    )
    return [
        Announced(
            FunderShare.model_validate(facts["context"]["share"]),
            composed_at.astimezone(PARIS).date(),
        )
        for facts, composed_at in session.execute(query.order_by(Message.id.desc()))
    ]


def _live(session: Session, cause: Cause) -> Sequence[Obligation]:
    query = (
        select(Obligation)
        .where(
            Obligation.application_id == cause.application.id,
            Obligation.status.in_((ObligationStatus.OPEN, ObligationStatus.PAUSED)),
        )
        .options(joinedload(Obligation.organisation))
        .order_by(Obligation.id)
    )
    return session.scalars(query).all()
