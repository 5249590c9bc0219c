"""One move for many applications: which it is possible for, which not and why; then each for itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.labels import state_label
from models import Application, Call
from models.errors import NotFound, Reason
from models.vocabulary import Trigger
from workflows.accounts.sight import Sight, seen
from workflows.actors import Actor
from workflows.advance import advance
from workflows.applications.filtering import Filters
from workflows.applications.listing import list_applications
from workflows.blockers import blockers, prepare
from workflows.bulk import AT_MOST, Result, one_by_one
from workflows.move import Given
from workflows.possible import STAND_IN
from workflows.queries import whole
from workflows.rules import rules_of


class Chosen(NamedTuple):
    """One application of a bulk move, as it would go."""

    reference: str
    title: str
    state: str
    reasons: Sequence[Reason]


def references_of(session: Session, sight: Sight, filters: Filters) -> list[str]:
    """The first applications that a list picks, one more than a bulk move takes; raises `NotFound`."""
    within = replace(filters, after=0, limit=AT_MOST + 1)
    rows = list_applications(session, sight.contract_id, within, sight)
    return [row.reference for row in rows]


def look_ahead(
    session: Session,
    sight: Sight,
    references: Iterable[str],
    trigger: Trigger,
    actor: Actor,
    now: datetime,
    given: Given,
) -> list[Chosen]:
    """Each application with the reasons against that move; none of them when it is possible.

    A reason that is not written yet is no obstacle. Raises nothing.
    """
    query = (
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .where(Application.reference.in_(references), sight.of_applications())
        .options(*whole())
        .order_by(Application.id)
    )
    rules = rules_of()
    found = []
    for application in session.scalars(query).unique():
        said = given if given.reason else replace(given, reason=STAND_IN)
        try:
            move = prepare(session, application, trigger, actor, now, given=said, rules=rules)
            reasons = tuple(blockers(move))
        except NotFound as error:  # the session of another call
            reasons = (Reason("not_found", str(error)),)
        state = state_label(application.state, application.outcome)
        found.append(Chosen(application.reference, application.title, state, reasons))
    return found


def move_each(
    url: str,
    sight: Sight,
    references: Iterable[str],
    trigger: Trigger,
    actor: Actor,
    now: datetime,
    given: Given,
) -> list[Result]:
    """Make the move for each, one transaction each; what is refused says why. Raises `BadInput`."""

    def work(session: Session, reference: str) -> None:
        advance(session, seen(session, sight, reference), trigger, actor, now, given=given)

    return one_by_one(url, references, work)
