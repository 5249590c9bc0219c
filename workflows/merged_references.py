"""Numbers of an organisation that stand in texts (kept views, drafts) follow when it is merged."""

from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    )
    for draft in session.scalars(query):
        asks = dict(draft.content.get("asks", {}))
        if (text := asks.pop(str(source), "")) != "":
            other = asks.get(str(target), "")
            asks[str(target)] = f"{other} + {text}" if other else text
            draft.content = {**draft.content, "asks": asks}
