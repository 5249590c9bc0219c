"""Applications moved to and fro until each has made so many moves, whatever happens meanwhile.

How far one has come is read in the transaction that moves it: a commit whose answer was lost is
recognised, and made once.
"""

import sys
import threading

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Application, JournalEntry
from models.errors import Conflict, Refused, Unavailable
from models.schema import upgrade
from models.session import engine_for, reading, transaction
from models.vocabulary import State, Trigger
from tests.workflows.world import CHECKED, fill, world_in
from workflows.actors import OPERATOR
from workflows.advance import advance
from workflows.audit import verify
from workflows.move import Given
from workflows.queries import get_application, get_contract


def prepare(url: str, applications: int) -> list[str]:
    """An open call with so many applications; their references."""
    upgrade(url)
    with transaction(url) as session:
        fill(session)
        world = world_in(session)
        return [world.submitted().reference for _number in range(applications)]


def moves_of(session: Session, application: Application) -> int:
    """How many moves the journal has of it."""
    query = select(func.count()).where(
        JournalEntry.application_id == application.id, JournalEntry.source.is_not(None)
    )
    return session.scalar(query) or 0


def move(url: str, reference: str, target: int) -> bool:
    """One more move, unless it has made them all; whether there is more to do."""
    with transaction(url) as session:
        application = get_application(session, reference)
        if moves_of(session, application) >= target:
            return False
        back = application.state is State.CLOSED
        trigger = Trigger.CORRECT if back else Trigger.WITHDRAW
        given = Given(reason="essai") if back else Given()
        advance(session, application, trigger, OPERATOR, CHECKED, given=given)
    return True


def bring_all(url: str, references: list[str], target: int) -> int:
    """Move them in turn until all are there; how often the database was away."""
    away, left, pause = 0, list(references), threading.Event()
    while left:
        for reference in list(left):
            try:
                if not move(url, reference, target):
                    left.remove(reference)
            except Unavailable:
                away += 1
                pause.wait(0.05)
            except (Conflict, Refused):
                continue  # the other process was quicker
    return away


def faults(url: str, references: list[str], target: int) -> list[str]:
    """What is not as it must be once all is done: counts, states, the journal's chain."""
    with reading(url) as session:
        found = [str(fault) for fault in verify(session, get_contract(session))]
        for reference in references:
            application = get_application(session, reference)
            made = moves_of(session, application)
            state = State.CLOSED if target % 2 else State.SUBMITTED
            if (made, application.state) != (target, state):
                found.append(f"{reference}: {made} moves, {application.state}")
    return found


if __name__ == "__main__":
    print(bring_all(sys.argv[1], sys.argv[3:], int(sys.argv[2])))  # noqa: T201
    engine_for(sys.argv[1]).dispose()
