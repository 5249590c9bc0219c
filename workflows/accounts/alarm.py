"""The emergency account was used: written in every journal, told to everybody who runs a programme."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Contract, Person
from models.vocabulary import Act, Role
from notifications.outbox import owe
from notifications.recipients import managers_of
from notifications.signing_in_alarm import EmergencyUsed
from workflows.journal import By, record

logger = logging.getLogger(__name__)


def tell_emergency(session: Session, person: Person, device: str, now: datetime) -> None:
    """Journal the use of an emergency account and owe the mail about it; raises nothing."""
    logger.warning("emergency account used", extra={"person": person.id})
    for contract in session.scalars(select(Contract).order_by(Contract.id)).all():
        by = By(Role.ADMINISTRATOR, person.id)
        entry = record(session, contract.id, Act.EMERGENCY_SIGN_IN, by, now)
        session.flush()
        managers: list[Person | None] = [*managers_of(session, contract.id)]
        for told in managers or [None]:
            owe(
                session,
                key=f"emergency_used:{entry.id}:{told.id if told else 0}",
                template="emergency_used",
                context=EmergencyUsed(
                    contract_code=contract.code,
                    contract_name=contract.name,
                    person=person.name,
                    address=person.email,
                    device=device,
                    at=now,
                ),
                person=told,
                contract_id=contract.id,
                now=now,
                entry_id=entry.id,
            )
