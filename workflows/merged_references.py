"""Numbers of an organisation that stand in texts (kept views, drafts) follow when it is merged."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Call, SavedDraft, SavedView

BY_NUMBER = {"pilote", "financeur"}  # the filters of a list that name an organisation


def merge_views(session: Session, contract_id: int, source: int, target: int) -> None:
    """Kept lists that filter on one filter on the other; raises nothing."""
    for view in session.scalars(select(SavedView).where(SavedView.contract_id == contract_id)):
        asked = parse_qsl(view.query, keep_blank_values=True)
        if any(name in BY_NUMBER and value == str(source) for name, value in asked):
            view.query = urlencode(
                [
                    (name, str(target) if name in BY_NUMBER and value == str(source) else value)
                    for name, value in asked
                ]
            )


def merge_drafts(session: Session, contract_id: int, source: int, target: int) -> None:
    """What a draft asks of one is asked of the other; both amounts stay, for its author to add up.

    Raises nothing.
    """
    query = (
        select(SavedDraft)
        .join(Call, Call.id == SavedDraft.call_id)
        .where(Call.contract_id == contract_id, SavedDraft.application_id.is_(None))
        .options(joinedload(SavedDraft.amending))
    )
    for draft in session.scalars(query):
        draft.content = _merged(draft.content, source, target)
        if draft.amending is not None:
            draft.amending.base = _merged(draft.amending.base, source, target)


def _merged(content: dict[str, Any], source: int, target: int) -> dict[str, Any]:
    asks = dict(content.get("asks", {}))
    if (text := asks.pop(str(source), "")) == "":
        return content
    other = asks.get(str(target), "")
    asks[str(target)] = f"{other} + {text}" if other else text
    return {**content, "asks": asks}
