"""What every flow shares: its instant, when a task is tried again, the table of what it did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from prefect import Flow, Task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, State, TaskRun
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture

from config.i18n import gettext as _
from models.errors import Conflict, Unavailable
from workflows.deadlines import PARIS
from workflows.rounds import went_ill, went_well
from workflows.telling import label_of
from workflows.works import Means, Told

Futures = list[PrefectFuture[Told]]
MOST_LINES = 500  # of a table; the database has the rest


def worth_another_try(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether time may mend it: something did not answer, or somebody was quicker; raises nothing.

    A refusal or a fault of ours would be the same a minute later.
    """
    try:
        state.result()
    except (Unavailable, Conflict):
        return True
    except Exception:  # noqa: BLE001 # whatever else it was, it is no use to try again
        return False
    return False


# A database or a relay that restarts is back within a minute, most often; what is not done after
# six is left to the next run of the schedule. Nothing is cached: each task is safe to run again.
AGAIN: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [10, 60, 300],
    "retry_condition_fn": worth_another_try,
    "cache_policy": NO_CACHE,
}


def _well(flow: Flow[..., Any], run: FlowRun, _state: State[Any]) -> None:
    went_well(flow.name, _moment_of(run), Means.of_this_process())


def _ill(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None:
    went_ill(flow.name, _moment_of(run), state.message or state.name or "")


# How each run ended is noted where `jalon serve` notes it too: one place to watch them all.
NOTED: dict[str, Any] = {"on_completion": [_well], "on_failure": [_ill], "on_crashed": [_ill]}


def _moment_of(run: FlowRun) -> datetime:
    """The instant that the run was told to act at, else its start."""
    told = run.parameters.get("now")
    if isinstance(told, str):
        return datetime.fromisoformat(told)
    if told is None:
        told = datetime.fromisoformat(str(run.start_time or run.expected_start_time))
    return told


def instant(now: datetime | None) -> datetime:
    """`now`, else the moment at which this run really started, however late that is.

    Raises `RuntimeError` outside a flow.
    """
    if now is not None:
        return now
    running = FlowRunContext.get()
    if running is None:
        raise RuntimeError("no flow is running")
    return datetime.fromisoformat(running.start_time.isoformat())


def finish(flow: str, now: datetime, futures: Futures) -> Futures:
    """Wait for every task, keep the table of what those that ended well told; raises nothing.

    The flow returns the futures, so that a task that failed fails the run.
    """
    for future in futures:
        future.wait()
    told = together([future.result() for future in futures if future.state.is_completed()])
    _show(flow, now, _lines_of(told))
    return futures


def _show(flow: str, now: datetime, lines: Sequence[dict[str, Any]]) -> None:
    """A table of what was done, kept beside the run for a person to read."""
    create_table_artifact(
        key=flow,
        table=[*lines[:MOST_LINES]],
        description=_("{flow}, au {moment} (heure de Paris) : ce qui a été fait.").format(
            flow=flow, moment=f"{now.astimezone(PARIS):%d/%m/%Y %H:%M}"
        ),
    )


def _lines_of(told: Told) -> list[dict[str, Any]]:
    """One line per thing told: a count, each name of a list, each entry with its reasons."""
    lines: list[dict[str, Any]] = []
    for what, found in told.items():
        if isinstance(found, list):
            lines += [_line(what, name) for name in found]
        elif isinstance(found, dict):
            lines += [_line(what, f"{name} : {_listed(why)}") for name, why in found.items()]
        else:
            lines.append(_line(what, found))
    return lines


def _line(what: str, value: object) -> dict[str, Any]:
    return {_("Fait"): label_of(what), _("Valeur"): value}


def _listed(reasons: object) -> str:
    return " ; ".join(map(str, reasons)) if isinstance(reasons, list) else str(reasons)


def together(parts: Sequence[Told]) -> Told:
    """What several tasks told, as one: counts added up, lists and entries joined; raises nothing."""
    whole: Told = {}
    for part in parts:
        for name, found in part.items():
            if isinstance(found, dict):
                whole[name] = whole.get(name, {}) | found
            elif isinstance(found, int | list) and name in whole:
                whole[name] = whole[name] + found
            else:
                whole[name] = found
    return whole
