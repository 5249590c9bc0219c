"""The applications of a list as columns, one a state: the first of each."""

from dataclasses import replace

from sqlalchemy.orm import Session

from models.vocabulary import State
from workflows.accounts.sight import Sight
from workflows.applications.filtering import Filters
from workflows.applications.listing import Row, rows_of
from workflows.applications.picking import firsts_of_states

CARDS = 20


def board_of(session: Session, sight: Sight, filters: Filters) -> dict[State, list[Row]]:
    """For each state the first rows that `filters` pick; raises `NotFound`."""
    first = firsts_of_states(session, sight, replace(filters, limit=CARDS))
    found: dict[State, list[Row]] = {state: [] for state in State}
    for row in rows_of(session, first, filters):
        found[row.state].append(row)
    return found
