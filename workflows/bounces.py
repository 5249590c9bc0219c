"""What is done about a mail that came back: it is noted, and the address may have to rest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Bounce, Message, Person
from models.errors import BadInput
from models.session import transaction
from models.upsert import insert_once
from notifications.bounces import Kind, Returned, read_returned
from notifications.failing import fail, lock_readers, reader_of
from notifications.posting import current_posting
from workflows.addresses import write_again
from workflows.mailboxes import mails_in

LARGEST = 10 * 1024 * 1024  # bytes of one mail, by LMTP or HTTP
SOFT_ENOUGH, SOFT_WITHIN = 5, timedelta(days=30)
AT_A_TIME = 50  # mails of a mailbox, in one transaction


@dataclass(slots=True)
class Heard:
    """What reading a mailbox found: how many mails, and of those heard for the first time, of each kind."""

    read: int = 0
    hard: int = 0
    soft: int = 0
    automatic: int = 0
    other: int = 0


def hear(session: Session, content: bytes, now: datetime, *, recipient: str = "") -> Kind:
    """Take in one mail that came to the return address; a second copy of it changes nothing.

    `recipient` is the address it was handed over for, when that is known. Raises nothing of ours.
    """
    digest = digest_of(content)
    if known := session.scalar(select(Bounce.kind).where(Bounce.digest == digest)):
        return Kind(known)
    returned = read_returned(content, current_posting().secret, recipient)
    message = _message(session, returned)
    values = {
        "digest": digest,
        "message_id": message.id if message else None,
        "person_id": message.person_id if message else None,
        "kind": returned.kind,
        "detail": returned.detail,
        "heard_at": now,
    }
    person = reader_of(session, message) if message is not None else None  # locked before the mail
    new = insert_once(session, Bounce, values)  # another process may be at the same one
    if new and person is not None and message is not None and _is_of(returned, message, person):
        _judge(session, person, returned, message, now)
    return returned.kind


def digest_of(content: bytes) -> str:
    """What tells one mail from another, however its lines end. Raises nothing."""
    return sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _is_of(returned: Returned, message: Message, person: Person) -> bool:
    """Whether it is their present address that failed, not one that was corrected since."""
    earlier = {one["address"] for one in message.facts.get("earlier_addresses", ())}
    return not (returned.addresses & earlier and person.email not in returned.addresses)


def hear_mailbox(place: Path, now: datetime, *, url: str | None = None) -> Heard:
    """Take in what a mailbox holds and was not heard yet, some at a time.

    Raises `BadInput` when it cannot be read, `Unavailable` when the database does not answer; what
    was heard before that is kept.
    """
    heard, mails = Heard(), mails_in(place)
    while part := list(islice(mails, AT_A_TIME)):
        with transaction(url) as session:
            digests = [digest_of(content) for content in part]
            known = set(session.scalars(select(Bounce.digest).where(Bounce.digest.in_(digests))))
            found = dict(sorted(zip(digests, part, strict=True)))  # so for every process
            new = [found[digest] for digest in found if digest not in known]
            _lock_readers(session, new)
            kinds = [hear(session, content, now) for content in new]
        heard.read += len(part)
        for kind in kinds:
            setattr(heard, kind.value, getattr(heard, kind.value) + 1)
    return heard


def _lock_readers(session: Session, mails: list[bytes]) -> None:
    secret = current_posting().secret
    found = [_message(session, read_returned(content, secret)) for content in mails]
    lock_readers(session, [message.id for message in found if message is not None])


def _message(session: Session, returned: Returned) -> Message | None:
    """By the signed token, or by the identifier when the failing address is its own."""
    if returned.message_id is not None:
        return session.get(Message, returned.message_id)
    if not returned.identifier:
        return None
    query = select(Message).where(Message.message_id == returned.identifier)
    message = session.scalar(query)
    return message if message and message.recipient in returned.addresses else None


def _judge(
    session: Session, person: Person, returned: Returned, message: Message, now: datetime
) -> None:
    if returned.kind is Kind.HARD:
        fail(session, person, returned.detail, message.contract_id, now)
    elif returned.kind is Kind.SOFT:
        recent = select(func.count()).where(
            Bounce.person_id == person.id,
            Bounce.kind == Kind.SOFT,
            Bounce.heard_at > now - SOFT_WITHIN,
        )
        if (session.scalar(recent) or 0) >= SOFT_ENOUGH:
            fail(session, person, returned.detail, message.contract_id, now)


def reinstate(session: Session, email: str) -> tuple[Person, int]:
    """Write to that address again, what was held for it first; how many messages leave.

    Raises `BadInput` for somebody unknown, or whose address does not fail.
    """
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None or person.failing_since is None:
        raise BadInput(_("{email} n’est pas une adresse en échec.").format(email=email.strip()))
    return person, write_again(session, person)
