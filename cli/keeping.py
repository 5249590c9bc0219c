"""Whoever keeps the directory by a command: in one transaction, kept or only tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.common import acting, moment
from models.session import transaction
from workflows.keeper import Keeper, keeper_of
from workflows.queries import get_contract


@contextmanager
def keeping(
    contract: str | None, actor: str | None, at: str | None, *, dry_run: bool = False
) -> Iterator[Keeper]:
    """Whoever keeps the directory; what is done there is kept when the block ends, or thrown away."""
    with transaction() as session:
        found = get_contract(session, contract).id
        yield keeper_of(session, found, acting(session, actor, found), moment(at))
        if dry_run:
            session.rollback()
