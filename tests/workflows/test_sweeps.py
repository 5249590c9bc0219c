"""What a day changes by itself: once, whoever else is at work, and no application holds up another."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from config import deadline_policy
from models import Application, JournalEntry, Obligation
from models.session import engine_for, reading, transaction
from models.vocabulary import State, Trigger
from notifications.catcher import Catcher
from tests.workflows.season import open_season, play
from workflows.endings import Watched
from workflows.rules import rules_of
from workflows.simulation import SWEEP_AT, at
from workflows.sweeps import deliver_mail, watch_deadlines

ENDED = date(2021, 12, 31)
HELD = "CV112-2021-0009"  # its agreement was never signed
MOVED = [f"CV112-2021-000{number}" for number in (1, 2, 3, 4)]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    yield found
    engine_for(found).dispose()


def watch(url: str, day: date = ENDED) -> Watched:
    return watch_deadlines(at(day, SWEEP_AT), url=url)


def states(url: str) -> dict[str, State]:
    with reading(url) as session:
        rows = session.execute(select(Application.reference, Application.state))
        return dict(rows.all())


def moves(url: str) -> int:
    with reading(url) as session:
        return (
            session.scalar(
                select(func.count()).where(JournalEntry.action == Trigger.START_REPORTING)
            )
            or 0
        )


@pytest.mark.slow
def test_nothing_moves_before_the_action_ends(url: str) -> None:
    watched = watch(url, ENDED - timedelta(days=1))
    assert (watched.moved, watched.blocked) == ([], {})
    assert moves(url) == 0


def test_the_report_is_asked_for_the_day_the_action_ends_and_once(url: str) -> None:
    watched = watch(url)

    assert watched.moved == MOVED
    assert {reference for reference, state in states(url).items() if state is State.REPORTING} == {
        *MOVED
    }
    assert watch(url).moved == []
    assert watch(url, ENDED + timedelta(days=1)).moved == []
    assert moves(url) == len(MOVED)


def test_what_is_held_back_says_why_and_is_tried_again(url: str) -> None:
    assert list(watch(url).blocked) == [HELD]
    [reason] = watch(url).blocked[HELD]
    assert "Une convention est due" in reason

    with transaction(url) as session:
        session.execute(update(Application).values(years=2))  # 15 000 € a year need no agreement
    assert watch(url) == Watched(moved=[HELD])


def test_a_missed_day_is_caught_up(url: str) -> None:
    assert watch(url, ENDED + timedelta(days=400)).moved == MOVED


def test_one_that_cannot_be_dated_does_not_hold_up_the_others(url: str, tmp_path: Path) -> None:
    """A file taken over without its report owed, under a policy that counts from what never was."""
    shipped = Path(deadline_policy.__file__).parent / "policies" / "deadlines.yaml"
    policy = shipped.read_text(encoding="utf-8")
    changed = policy.replace("rule: P6M after financial_year_end", "rule: P6M after returned")
    assert changed != policy
    (tmp_path / "deadlines.yaml").write_text(changed, encoding="utf-8")
    with transaction(url) as session:
        session.execute(
            update(Obligation)
            .where(Obligation.key == f"{MOVED[0]}:final_report")
            .values(status="cancelled", ended_on=ENDED, key="old")
        )

    watched = watch_deadlines(at(ENDED, SWEEP_AT), url=url, rules=rules_of(tmp_path))

    assert watched.moved == MOVED[1:]
    assert set(watched.blocked) == {MOVED[0], HELD}
    assert "il manque la date de « renvoi pour correction »" in watched.blocked[MOVED[0]][0]
    assert states(url)[MOVED[0]] is State.FUNDED


def test_two_watchers_at_once_move_each_application_once(database_url: str) -> None:
    play(database_url)
    start = Barrier(2)

    def one() -> Watched:
        start.wait()
        return watch(database_url)

    with ThreadPoolExecutor(2) as pool:
        results = [future.result() for future in [pool.submit(one), pool.submit(one)]]

    assert sorted(results[0].moved + results[1].moved) == MOVED
    assert moves(database_url) == len(MOVED)


@pytest.mark.slow
def test_mail_of_the_day_leaves_once(url: str, tmp_path: Path) -> None:
    watch(url)
    with Catcher(tmp_path / "mail") as catcher:
        first = deliver_mail(catcher.relay, lambda: at(ENDED, SWEEP_AT), url=url)
        again = deliver_mail(catcher.relay, lambda: at(ENDED, SWEEP_AT), url=url)

    assert catcher.by_template["report_due"] == len(MOVED)
    assert (first.sent, again.sent) == (catcher.count, 0)
