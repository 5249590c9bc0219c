"""Each day: the yearly call of each contract, warned of, opened, announced and closed by its calendar."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from prefect import flow, task

from workflows import yearly
from workflows.flows.running import AGAIN, NOTED, Futures, finish, instant
from workflows.sweeps import chunks
from workflows.works import Told


@task(**AGAIN)
def turn_year(contract_id: int, now: datetime) -> Told:
    """One contract, one transaction; raises `Conflict`, `Unavailable`."""
    return asdict(yearly.turn_year(contract_id, now))


@task(**AGAIN)
def announce(call_id: int, person_ids: Sequence[int], now: datetime) -> Told:
    """A few hundred persons, one transaction; raises `Unavailable`."""
    return {"announced": yearly.announce(call_id, person_ids, now)}


@task(**AGAIN)
def note_announced(call_id: int, now: datetime) -> Told:
    """Runs once every part is out; raises `Unavailable`."""
    yearly.note_announced(call_id, now)
    return {}


@flow(name="open-calls", **NOTED)
def open_calls(now: datetime | None = None) -> Futures:
    """Safe to run again: each step is a row that the database takes once.

    Raises `Unavailable`.
    """
    at = instant(now)
    futures: Futures = []
    for contract_id, code in yearly.contracts():
        turned = turn_year.with_options(tags=[code]).submit(contract_id, at)
        futures.append(turned)
        turned.wait()
        if turned.state.is_completed():
            futures += _announce(contract_id, code, at)
    return finish("open-calls", at, futures)


def _announce(contract_id: int, code: str, at: datetime) -> Futures:
    futures: Futures = []
    for call_id, persons in yearly.to_announce(contract_id, at).items():
        tagged = announce.with_options(tags=[code])
        parts = [tagged.submit(call_id, part, at) for part in chunks(persons)]
        noted = note_announced.with_options(tags=[code]).submit(
            call_id, at, wait_for=parts, return_state=False
        )
        noted.wait()
        futures += [*parts, noted]
    return futures
