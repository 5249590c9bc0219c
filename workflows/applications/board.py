"""The applications of a list as columns, one a state: the first of each."""

from dataclasses import replace

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from models.vocabulary import State
from workflows.accounts.sight import Sight
from workflows.applications.filtering import Filters
from workflows.applications.listing import Row, rows_of
from workflows.applications.picking import ids_in_order

CARDS = 20


def board_of(session: Session, sight: Sight, filters: Filters) -> dict[State, list[Row]]:
    """For each state the first rows that `filters` pick; raises `NotFound`."""
    columns = []
    for state in State:
        asked = replace(filters, state=state, outcome=None, after=0, limit=CARDS)
        first = ids_in_order(session, sight, asked).subquery()
        columns.append(select(first.c.id))
    found: dict[State, list[Row]] = {state: [] for state in State}
    for row in rows_of(session, session.scalars(union_all(*columns)).all()):
        found[row.state].append(row)
    return found
