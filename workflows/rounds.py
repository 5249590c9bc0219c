"""One round of a work, and what is kept of it: done, noted, and a distant monitor told that all is well."""

import logging
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import ConfigError
from models import Round
from models.errors import JalonError
from models.session import reading, transaction
from models.upsert import insert_into
from workflows.works import WORKS, Means, Told

logger = logging.getLogger(__name__)

PING_WAIT = 10  # seconds


def go_round(name: str, now: datetime, means: Means) -> Told:
    """Do one work, and note how it went.

    Raises what the work raises, once it is noted.
    """
    try:
        told = WORKS[name](now, means)
    except (JalonError, ConfigError) as error:
        went_ill(name, now, str(error))
        raise
    except Exception as error:
        went_ill(name, now, type(error).__name__)
        raise
    went_well(name, now, means)
    return told


def went_well(name: str, now: datetime, means: Means) -> None:
    """Note a good round, and tell the monitor of the settings unless another work is in trouble.

    Raises `Unavailable` when the database does not answer.
    """
    _note(name, {"ended_at": now, "succeeded_at": now, "trouble": ""})
    if means.settings.ping_url and not _in_trouble():
        _ping(means.settings.ping_url, name)


def went_ill(name: str, now: datetime, trouble: str) -> None:
    """Note a round that failed; when the database itself is away, it is only logged; raises nothing."""
    try:
        _note(name, {"ended_at": now, "trouble": trouble})
    except JalonError:
        logger.warning("round not noted", extra={"work": name})


def latest(session: Session) -> dict[str, Round]:
    """The latest round of each work that has had one; raises nothing."""
    return {found.work: found for found in session.scalars(select(Round).order_by(Round.work))}


def _note(name: str, values: dict[str, Any]) -> None:
    with transaction() as session:
        insert = insert_into(session, Round).values(work=name, **values)
        session.execute(insert.on_conflict_do_update(index_elements=["work"], set_=values))


def _in_trouble() -> bool:
    with reading() as session:
        return session.scalar(select(Round.work).where(Round.trouble != "").limit(1)) is not None


def _ping(address: str, name: str) -> None:
    """A monitor that does not answer is no failure of ours: its silence is what raises the alarm."""
    try:
        httpx.get(address.format(work=name), timeout=PING_WAIT).raise_for_status()
    except httpx.HTTPError as error:
        logger.warning("monitor not reached", extra={"work": name, "error": type(error).__name__})
