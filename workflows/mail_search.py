"""Mail looked for by whom it is to: the addresses that begin so, then the latest of each, off one index."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, literal, select, union_all
from sqlalchemy.orm import Session

from models import Message
from models.words import prefix_range

ADDRESSES = 20  # looked at; more begin so, and one should write more


def addresses_like(session: Session, contract_id: int, typed: str) -> list[str]:
    """The addresses written to that begin with `typed`, in order, one beyond `ADDRESSES` at most.

    Each is one step in the index, however many mails it got. Raises nothing.
    """
    first, beyond = prefix_range(typed.strip().lower())

    def next_one(*after: ColumnElement[bool]) -> Select[str]:
        query = select(Message.recipient).where(
            Message.contract_id == contract_id, Message.recipient < beyond, *after
        )
        return query.order_by(Message.recipient).limit(1)

    start = next_one(Message.recipient >= first).scalar_subquery()
    steps = select(start.label("address"), literal(1).label("rank")).cte("steps", recursive=True)
    following = next_one(Message.recipient > steps.c.address).correlate(steps).scalar_subquery()
    more = select(following, steps.c.rank + 1).where(
        steps.c.address.is_not(None), steps.c.rank <= ADDRESSES
    )
    every = steps.union_all(more)
    found = select(every.c.address).where(every.c.address.is_not(None)).order_by(every.c.rank)
    return list(session.scalars(found))


def ids_to(
    contract_id: int, addresses: Sequence[str], most: int, *also: ColumnElement[bool]
) -> Select[int]:
    """The `most` latest mails to these addresses that hold `also`: the latest of each, merged; raises nothing."""
    runs = [
        select(Message.id)
        .where(Message.contract_id == contract_id, Message.recipient == address, *also)
        .order_by(Message.id.desc())
        .limit(most)
        .subquery()
        for address in addresses
    ]
    if not runs:
        return select(Message.id).where(Message.id.is_(None))
    merged = union_all(*(select(run.c.id) for run in runs)).subquery()
    return select(merged.c.id).order_by(merged.c.id.desc()).limit(most)
