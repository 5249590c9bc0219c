"""The applications of a list as columns, one a state: the first of each."""

from dataclasses import replace

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from models import Application, Call, Enjeu, Fiche, Organisation
from models.vocabulary import State
from workflows.accounts.sight import Sight
from workflows.applications.listing import Filters, Row, pick

CARDS = 20


def board_of(session: Session, sight: Sight, filters: Filters) -> dict[State, list[Row]]:
    """For each state the first rows that `filters` pick; raises `NotFound`."""
    a = Application
    base = select(
        a.id, a.reference, a.external_reference, Call.year, a.title, Organisation.name,
        Enjeu.number, Fiche.number, a.state, a.outcome, a.requested, a.voted, a.received_at,
        a.state_since,
    )  # fmt: skip
    parts = []
    for state in State:
        asked = replace(filters, state=state, outcome=None, after=0, limit=CARDS)
        picked = pick(base, session, sight.contract_id, asked).where(sight.of_applications())
        parts.append(select(picked.subquery()))
    found: dict[State, list[Row]] = {state: [] for state in State}
    for row in session.execute(union_all(*parts)):
        made = Row._make(row)
        found[made.state].append(made)
    return found
