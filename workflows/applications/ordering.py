"""How a page of applications is read off the index that has its rows in its order."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_

from models import Application

# The indexes of `application` that end with its id, by what is asked of their other columns.
INDEXES = (
    (Application.fiche_id, Application.call_id, Application.state),
    (Application.call_id, Application.fiche_id),
    (Application.call_id, Application.state),
    (Application.call_id,),
    (Application.fiche_id,),
    (Application.state,),
)


def in_order(given: Mapping[Any, Any], after: int) -> list[ColumnElement[bool]]:
    """« After that row », said as the index that has the rows in the order of the page has it.

    Left to itself, PostgreSQL takes the rows in order and throws away those that do not fit, which
    are most of them when what is asked stands at the end. Raises nothing.
    """
    asked = {column for column in given if any(column in index for index in INDEXES)}
    for index in INDEXES:
        if set(index) == asked:
            here = tuple_(*index, Application.id)
            values = (_said(given[column], column) for column in index)
            return [here > tuple_(*values, after)]
    return []


def _said(value: Any, column: Any) -> ColumnElement[Any]:
    return value if isinstance(value, ColumnElement) else literal(value, column.type)
