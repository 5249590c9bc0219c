"""One person's digest of one day: owed once, and added to while it waits for its Monday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.i18n import SOURCE_LANGUAGE, speaking
from models import Contact, Message, Obligation, Person
from models.vocabulary import MessageStatus, Role
from notifications.answering import answered_by
from notifications.calendars import calendar_file, events_of
from notifications.digest import Digest, digest_of
from notifications.drafts import dated
from notifications.formats import PARIS
from notifications.outbox import owe
from notifications.posting import current_posting
from notifications.recomposing import recompose
from notifications.rendering import spoken_language
from workflows.answer_links import PATH, link_token
from workflows.deadlines import civil_date
from workflows.reminder_book import obligations_in_full

ANSWER_PATH = "/mes-echeances"  # web/ answers there
AT_THE_LATEST = time(8)  # of that Monday, should the run of the morning not take place


@dataclass(slots=True)
class Pile:
    """What one person is to read on one day; without a person, the mailbox that answers go to."""

    person: Person | None
    on: date
    obligations: list[Obligation] = field(default_factory=list)
    instead_of: dict[str, None] = field(default_factory=dict)  # whom they stand in for, each once
    interrupted: bool = False
    owed: set[int] = field(default_factory=set)  # those that the reader owes
    contacts: Mapping[int, Sequence[Contact]] = field(default_factory=dict)  # of organisations

    @property
    def key(self) -> str:
        """The key of its mail."""
        return digest_key(self.on, self.person.id if self.person else 0)


def digest_key(day: date, number: int) -> str:
    """The key of that day's digest for that person; raises nothing."""
    return f"digest:{day}:{number}"


def owe_digest(session: Session, pile: Pile, now: datetime) -> Message:
    """Put a digest in the outbox, or add to the one that waits for the same day; raises nothing."""
    waiting = session.scalar(select(Message).where(Message.key == pile.key))
    if waiting is not None:
        return _added_to(session, waiting, pile, now)
    contract = pile.obligations[0].application.call.contract
    context = _digest(pile, civil_date(now))
    return owe(
        session,
        key=pile.key,
        template="reminder_digest",
        context=context,
        person=pile.person,
        contract_id=contract.id,
        now=now,
        due_at=_due_at(pile, now),
        facts=_facts(pile, civil_date(now)),
        calendar=_calendar(session, pile, now),
    )


def let_go(session: Session, now: datetime) -> None:
    """What waited for today leaves now, whether anything was added to it or not; raises nothing."""
    waiting = (
        Message.key.like(f"digest:{civil_date(now)}:%"),
        Message.status == MessageStatus.WAITING,
        Message.due_at > now,
    )
    session.execute(update(Message).where(*waiting).values(due_at=now))


def can_be_added_to(message: Message) -> bool:
    """Whether a digest still waits for its Monday; raises nothing."""
    return message.status is MessageStatus.WAITING and bool(message.facts.get("weekly"))


def _added_to(session: Session, waiting: Message, pile: Pile, now: datetime) -> Message:
    known = obligations_in_full(session, waiting.facts["obligations"])
    pile.obligations = list({o.id: o for o in (*known, *pile.obligations)}.values())
    pile.owed |= set(waiting.facts.get("owed", ()))
    before = waiting.facts["context"]
    pile.interrupted |= before["interrupted"]
    pile.instead_of |= dict.fromkeys(filter(None, [before["instead_of"]]))
    waiting.facts = {**waiting.facts, **_facts(pile, civil_date(now)), "weekly": True}
    recompose(
        waiting, _digest(pile, civil_date(now)), pile.person, now, due_at=_due_at(pile, now),
        calendar=_calendar(session, pile, now),
    )  # fmt: skip
    return waiting


def _calendar(session: Session, pile: Pile, now: datetime) -> str:
    """What is still to come of what the reader owes, as a calendar file; empty when there is none."""
    coming = [o for o in pile.obligations if o.id in pile.owed and o.effective_on >= pile.on]
    if not coming:
        return ""
    with speaking(_language(pile.person)):
        return calendar_file(events_of(session, coming), now)


def _language(person: Person | None) -> str:
    return spoken_language(person.language) if person else SOURCE_LANGUAGE


def _due_at(pile: Pile, now: datetime) -> datetime:
    if pile.on <= civil_date(now):
        return now
    return datetime.combine(pile.on, AT_THE_LATEST, PARIS).astimezone(now.tzinfo)


def _facts(pile: Pile, today: date) -> dict[str, object]:
    owed = pile.obligations
    facts: dict[str, object] = {
        **dated(owed),
        "keys": [o.key for o in owed],
        "owed": sorted(pile.owed),
    }
    return facts | ({"weekly": True} if pile.on > today else {})


def _links(pile: Pile, today: date) -> dict[int, str]:
    """Where the reader answers about what they owe; nowhere when nothing can be signed."""
    posting, person = current_posting(), pile.person
    if posting.secret is None or person is None:
        return {}
    return {
        o.id: f"{posting.public_url}{PATH}{link_token(posting.secret, o, person, today)}"
        for o in pile.obligations
        if o.id in pile.owed
    }


def _digest(pile: Pile, today: date) -> Digest:
    person = pile.person
    contract = pile.obligations[0].application.call.contract
    with speaking(_language(person)):
        context = digest_of(
            contract,
            pile.obligations,
            pile.on,
            interrupted=pile.interrupted,
            links=_links(pile, today),
        )
    added = {"instead_of": ", ".join(pile.instead_of)}
    if person is not None and pile.owed:
        added["answer_at"] = current_posting().public_url + ANSWER_PATH
    return _answered(context.model_copy(update=added), pile)


def _answered(context: Digest, pile: Pile) -> Digest:
    """A grantee answers to the pilot, when one pilot leads all that the digest recalls."""
    theirs = all(o.id in pile.owed and o.owed_by is Role.GRANTEE for o in pile.obligations)
    fiches = [o.application.fiche for o in pile.obligations]
    leads = {fiche.pilots[0].organisation if fiche.pilots else None for fiche in fiches}
    lead = leads.pop()
    if pile.person is None or lead is None or leads or not theirs:
        return context
    return answered_by(context, lead, pile.contacts.get(lead.id, ()), pile.person)
