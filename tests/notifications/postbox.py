"""An outbox with mail in it, and what became of that mail."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.mail_policy import Mail
from config.policy import SHIPPED, load_policies
from models import Contract, Message, Person
from models.session import reading, transaction
from notifications import outbox, samples
from notifications.delivery import DeliveryReport, deliver_pending
from notifications.relay import Relay
from tests.notifications.world import NOW, a_world

__all__ = ["NOW", "RETRY", "RULES", "addressee", "deliver", "fill", "ids", "one"]

RULES = load_policies(SHIPPED).mail
RETRY = RULES.retry


def fill(url: str, count: int, *, key: str = "award", due_at: datetime | None = None) -> None:
    """Owe `count` mails, keyed award-0, award-1…"""
    with transaction(url) as session:
        person, contract_id = addressee(session)
        for number in range(count):
            outbox.owe(
                session,
                key=f"{key}-{number}",
                template="award",
                context=samples.AWARD,
                person=person,
                contract_id=contract_id,
                now=NOW,
                due_at=due_at,
            )


def addressee(session: Session) -> tuple[Person, int]:
    """Whom the mails are for, and of which contract; made the first time."""
    found = session.scalar(select(Person).order_by(Person.id))
    if found is None:
        world = a_world(session)
        return world.grantee, world.contract.id
    return found, session.scalars(select(Contract.id)).one()


def one(url: str, key: str = "award-0") -> Message:
    """The message of that key, as the database has it now."""
    with reading(url) as session:
        message = session.scalars(select(Message).where(Message.key == key)).one()
        session.expunge(message)
        return message


def ids(url: str) -> list[str]:
    """The identifiers of every message."""
    with reading(url) as session:
        return list(session.scalars(select(Message.message_id)))


def deliver(
    relay: Relay,
    url: str,
    moment: datetime = NOW,
    *,
    limit: int | None = None,
    worker: str = "test",
    rules: Mail = RULES,
) -> DeliveryReport:
    """One round of delivery at that moment."""
    return deliver_pending(
        relay, clock=lambda: moment, worker=worker, url=url, limit=limit, rules=rules
    )
