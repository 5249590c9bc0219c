"""The schedule of one machine, with its times counted rather than waited for."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.policy import load_policies
from config.schedule_policy import Times
from config.settings import load_settings
from models.session import engine_for
from tests.workflows.season import READY, open_season
from workflows.backups import back_up
from workflows.schedule import due_at_start, run_work, triggers
from workflows.simulation import at
from workflows.works import WORKS, Means

SCHEDULE, PARIS = load_policies().schedule, ZoneInfo("Europe/Paris")
MIDNIGHT = datetime(2026, 1, 1, tzinfo=PARIS)


@pytest.fixture
def means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Means]:
    """Those of a machine of its own, in the middle of a season."""
    url = open_season(tmp_path)
    monkeypatch.setenv("JALON_DATABASE_URL", url)
    monkeypatch.setenv("JALON_BACKUP_FOLDER", str(tmp_path / "backups"))
    monkeypatch.setenv("JALON_CATCHER_FOLDER", str(tmp_path / "mail"))
    yield Means(load_settings())
    engine_for(url).dispose()


def fires(times: Times, start: datetime, end: datetime) -> list[datetime]:
    found = []
    for trigger in triggers(times, PARIS):
        now = trigger.get_next_fire_time(None, start)
        while now.astimezone(UTC) < end.astimezone(UTC):
            found.append(now.astimezone(UTC))
            now = trigger.get_next_fire_time(now, now)
    return sorted(found)


def test_every_work_has_its_times_and_the_catalogue_of_works_has_no_other() -> None:
    assert list(SCHEDULE.by_name()) == list(WORKS)


@pytest.mark.parametrize("name", [n for n, times in SCHEDULE.by_name().items() if times.at])
def test_a_daily_work_starts_once_every_civil_day_of_a_year(name: str) -> None:
    times = SCHEDULE.by_name()[name]

    found = fires(times, MIDNIGHT, MIDNIGHT.replace(year=2027))

    by_day = Counter(moment.astimezone(PARIS).date() for moment in found)
    assert len(by_day) == 365
    assert [day for day, many in by_day.items() if many != len(times.at)] == []
    assert {moment.astimezone(PARIS).time() for moment in found} == set(times.at)


@pytest.mark.parametrize("changing", [date(2026, 3, 29), date(2026, 10, 25)])
def test_frequent_work_keeps_its_pace_when_the_clocks_change(changing: date) -> None:
    start = datetime.combine(changing, time(0), PARIS)
    end = datetime.combine(changing + timedelta(days=1), time(0), PARIS)

    found = fires(SCHEDULE.deliver_mail, start, end)

    steps = {later - earlier for earlier, later in pairwise(found)}
    assert steps == {timedelta(minutes=5)}
    hours = (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 3600
    assert abs(len(found) - hours * 12) <= 1


OFTEN = ("deliver-mail", "deliver-webhooks", "read-bounces")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (time(0, 0), ["open-calls", *OFTEN]),
        (time(0, 5), ["open-calls", *OFTEN]),
        (time(3, 45), ["open-calls", *OFTEN, "backup"]),
        (time(6, 15), ["open-calls", "watch-deadlines", *OFTEN, "backup"]),
        (time(23, 0), list(WORKS)),
    ],
)
def test_what_is_caught_up_at_the_start_depends_on_the_hour(
    means: Means, moment: time, expected: list[str]
) -> None:
    assert list(due_at_start(SCHEDULE, PARIS, at(READY, moment), means)) == expected


def test_a_restart_makes_no_new_backup_while_the_last_is_fresh(means: Means) -> None:
    back_up(means.settings.backup_folder, at(READY, time(3, 30)), keep=3)

    same_day = due_at_start(SCHEDULE, PARIS, at(READY, time(12)), means)
    two_days_later = due_at_start(SCHEDULE, PARIS, at(READY + timedelta(days=2), time(12)), means)

    assert "backup" not in same_day
    assert "backup" in two_days_later


@pytest.mark.slow
def test_every_work_runs_from_the_schedule(means: Means) -> None:
    told = {name: run_work(name, lambda: at(READY, time(7)), means) for name in WORKS}

    assert None not in told.values()
    digests = told["compose-digests"]
    delivered = told["deliver-mail"]
    assert digests is not None
    assert delivered is not None
    assert digests["digests"] > 0
    assert delivered["sent"] >= digests["digests"]
    assert len(list(means.settings.catcher_folder.glob("*.eml"))) == delivered["sent"]
    assert len(list(means.settings.backup_folder.glob("*.sqlite3"))) == 1


@pytest.mark.slow
def test_a_work_that_fails_is_logged_and_does_not_stop_the_schedule(
    means: Means, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody_there = means.settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_tls": "none"}
    )
    run_work("compose-digests", lambda: at(READY, time(7)), means)

    with caplog.at_level(logging.ERROR):
        told = run_work(
            "deliver-mail", lambda: at(READY, time(7)), replace(means, settings=nobody_there)
        )

    assert told is None
    (failure,) = caplog.records
    assert (
        failure.getMessage() == "work failed"
    )  # a fixed sentence; what it is about stands beside it
    assert "127.0.0.1:1" in failure.__dict__["error"]
    assert run_work("deliver-mail", lambda: at(READY, time(8)), means) is not None
