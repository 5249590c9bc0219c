"""The schedule of one machine alone: each work at its times, what was missed caught up once.

A tick is only a wake-up. What is due is computed from the database, so that a tick that is lost,
doubled or late changes nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from config.errors import ConfigError
from config.schedule_policy import Schedule, Times
from models.errors import JalonError
from workflows.backups import made, taken_at
from workflows.rounds import go_round
from workflows.works import WORKS, Means, Told

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
A_DAY = timedelta(days=1)
ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)  # intervals are counted from here, not from the start


class TimeOfDay(BaseTrigger):  # type: ignore[misc] # the library ships no types
    """Once every civil day. APScheduler's own CronTrigger leaves out the night after the change
    to summer time when the hour is before two: 00:05 of 30 March 2026, for one.
    """

    def __init__(self, moment: time, zone: ZoneInfo) -> None:
        self.moment, self.zone = moment, zone

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The first time strictly after the previous one, and not before now."""
        local = now.astimezone(self.zone)
        found = datetime.combine(local.date(), self.moment, self.zone)
        past = previous is not None and found.astimezone(UTC) <= previous.astimezone(UTC)
        if past or found.astimezone(UTC) < now.astimezone(UTC):
            found = datetime.combine(local.date() + A_DAY, self.moment, self.zone)
        return found


def triggers(times: Times, zone: ZoneInfo) -> list[BaseTrigger]:
    """When a work starts, as APScheduler counts it; raises nothing."""
    if times.every_minutes is not None:
        return [IntervalTrigger(minutes=times.every_minutes, start_date=ANCHOR, timezone=zone)]
    return [TimeOfDay(moment, zone) for moment in times.at]


def due_at_start(schedule: Schedule, zone: ZoneInfo, now: datetime, means: Means) -> Iterator[str]:
    """The works to catch up when the machine starts: those whose time has passed today.

    The backup is caught up only when the latest is a day old, or restarts would push out the good
    ones. Raises nothing.
    """
    local = now.astimezone(zone)
    for name, times in schedule.by_name().items():
        passed = times.every_minutes or any(moment <= local.time() for moment in times.at)
        if passed and not (name == "backup" and _saved_lately(now, means)):
            yield name


def run_work(name: str, clock: Clock, means: Means) -> Told | None:
    """Do one work now; what goes wrong is logged in a sentence, and the next run tries again.

    Raises nothing of ours.
    """
    try:
        told = go_round(name, clock(), means)
    except (JalonError, ConfigError) as error:
        logger.error("work failed", extra={"work": name, "error": str(error)})  # noqa: TRY400 # a sentence says it
        return None
    except Exception:
        logger.exception("work failed", extra={"work": name})
        return None
    logger.info("work done", extra={"work": name, "told": told})
    return told


def keep_going(
    schedule: Schedule, zone: ZoneInfo, clock: Clock, means: Means, stop: threading.Event
) -> None:
    """Catch up, then start each work at its times until `stop` is set; raises nothing of ours.

    The works that run when it is set end first; of the mail, only the message in hand.
    """
    scheduler = BackgroundScheduler(
        timezone=zone,
        executors={"default": ThreadPoolExecutor(len(WORKS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name in due_at_start(schedule, zone, clock(), means):
        if not stop.is_set():
            run_work(name, clock, means)
    for name, times in schedule.by_name().items():
        for trigger in triggers(times, zone):
            scheduler.add_job(run_work, trigger, args=(name, clock, means), name=name)
    scheduler.start()
    logger.info("schedule started", extra={"jobs": len(scheduler.get_jobs())})
    stop.wait()
    scheduler.shutdown(wait=True)
    logger.info("schedule stopped")


@contextmanager
def started_once(work: Callable[[], None], zone: ZoneInfo) -> Iterator[None]:
    """A scheduler that starts `work` at once and is stopped with the block; raises nothing of ours."""
    scheduler = BackgroundScheduler(timezone=zone)
    scheduler.add_job(work)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def _saved_lately(now: datetime, means: Means) -> bool:
    found = made(means.settings.backup_folder)
    return bool(found) and now - taken_at(found[-1]) < A_DAY
