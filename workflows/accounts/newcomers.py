"""Whoever applies for the first time: known by an address alone, while a call is open or announced."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import language
from models import Call, Person
from models.errors import BadInput
from workflows.deadlines import civil_date
from workflows.parties import checked_email


def make_known(session: Session, contract_id: int, email: str, now: datetime) -> bool:
    """Make the person of that address, without any role, if they could apply; whether it was done.

    The address proves itself by the link that is then sent there. Raises nothing.
    """
    try:
        address = checked_email(email)
    except BadInput:
        return False
    call = select(Call.id).where(Call.contract_id == contract_id, Call.closes_on >= civil_date(now))
    if session.scalar(call.limit(1)) is None:
        return False
    if session.scalar(select(Person.id).where(Person.email == address)) is not None:
        return False
    session.add(Person(email=address, name=address, language=language()))
    session.flush()
    return True
