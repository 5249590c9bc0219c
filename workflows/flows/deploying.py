"""Registering the flows on a Prefect server: schedules, work pool, parameters, tags."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists

from config.schedule_policy import Times
from workflows.flows.book import FLOWS
from workflows.flows.reaching import errors_in_words
from workflows.rules import Rules, rules_of
from workflows.yearly import contracts

POOL = "jalon"
ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deployed:
    """One flow as the server now knows it."""

    name: str
    schedules: tuple[str, ...]


def deploy(pool: str = POOL, *, rules: Rules | None = None) -> list[Deployed]:
    """Register every flow with its schedules; doing it again replaces what was there.

    Raises `Unavailable` when the server or the database does not answer.
    """
    rules = rules or rules_of()
    tags = ["jalon", *(code for _contract_id, code in contracts())]
    zone = str(rules.policies.calendar.zone)
    with errors_in_words(), get_client(sync_client=True) as client:
        with suppress(ObjectAlreadyExists):  # its limits, set by whoever runs the server, stay
            client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
        return [
            _register(client, pool, name, times, zone, tags)
            for name, times in rules.policies.schedule.by_name().items()
        ]


def _register(
    client: SyncPrefectClient, pool: str, name: str, times: Times, zone: str, tags: list[str]
) -> Deployed:
    flow = FLOWS[name]
    schedules = list(_schedules(times, zone))
    client.create_deployment(
        flow_id=client.create_flow(flow),
        name=name,
        description=flow.__doc__ or "",
        schedules=[DeploymentScheduleCreate(schedule=schedule) for schedule in schedules],
        parameters={"now": None},
        parameter_openapi_schema=flow.parameters.model_dump_for_openapi(),
        work_pool_name=pool,
        entrypoint=f"{flow.fn.__module__}.{flow.fn.__name__}",
        tags=tags,
        pull_steps=[],
        paused=False,
    )
    return Deployed(name, tuple(map(_in_words, schedules)))


def _schedules(times: Times, zone: str) -> Iterator[CronSchedule | IntervalSchedule]:
    if times.every_minutes is not None:
        yield IntervalSchedule(
            interval=timedelta(minutes=times.every_minutes), anchor_date=ANCHOR, timezone=zone
        )
    for moment in times.at:
        yield CronSchedule(cron=f"{moment.minute} {moment.hour} * * *", timezone=zone)


def _in_words(schedule: CronSchedule | IntervalSchedule) -> str:
    if isinstance(schedule, CronSchedule):
        minute, hour = schedule.cron.split()[:2]
        return f"{hour:0>2}:{minute:0>2}"
    return f"{int(schedule.interval.total_seconds() // 60)} min"
