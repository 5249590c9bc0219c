"""Two people at once: the second gets a clear conflict, and never a lost update; on both engines."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Application, JournalEntry
from models.errors import Conflict, JalonError, Refused
from models.session import reading, transaction
from models.vocabulary import State, Trigger
from tests.workflows.world import CHECKED, World, fill, world_in
from workflows import corrections
from workflows.acts import ask_piece
from workflows.audit import verify
from workflows.queries import get_application, get_contract

Deed = Callable[[World, Application], object]


def eligible(world: World, application: Application) -> object:
    return world.fire(application, Trigger.DECLARE_ELIGIBLE, CHECKED)


def withdraw(world: World, application: Application) -> object:
    return world.fire(application, Trigger.WITHDRAW, CHECKED)


def ask(world: World, application: Application) -> object:
    return ask_piece(world.desk(CHECKED), application, "RIB")


@pytest.fixture
def filed(database_url: str) -> str:
    with transaction(database_url) as session:
        fill(session)
        world_in(session).submitted()
    return database_url


def both_at_once(url: str, deeds: list[Deed]) -> list[BaseException | None]:
    """Everybody reads the application, waits for the others, then acts; what each was told."""
    barrier = threading.Barrier(len(deeds), timeout=20)
    told: list[BaseException | None] = [None] * len(deeds)

    def act(index: int, deed: Deed) -> None:
        try:
            barrier.wait()
            with transaction(url) as session:
                world = world_in(session)
                deed(world, get_application(session, "CV112-2021-0001"))
        except JalonError as error:
            told[index] = error

    threads = [threading.Thread(target=act, args=item) for item in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def entries(url: str) -> int:
    with reading(url) as session:
        query = select(func.count()).where(JournalEntry.application_id.is_not(None))
        return session.scalar(query) or 0


def last_action(url: str) -> str | None:
    with reading(url) as session:
        return session.scalar(select(JournalEntry.action).order_by(JournalEntry.id.desc()).limit(1))


@pytest.mark.parametrize(
    "deeds", [[eligible, eligible], [eligible, withdraw], [ask, eligible], [ask, withdraw]]
)
def test_of_two_who_exclude_each_other_one_is_told_no(filed: str, deeds: list[Deed]) -> None:
    before = entries(filed)
    told = both_at_once(filed, deeds)
    kept = [error for error in told if error is None]
    assert len(kept) in (1, 2)
    if len(kept) == 2:  # withdrawn in the second place: both true, in that order
        assert deeds[1] is withdraw
        assert last_action(filed) == Trigger.WITHDRAW
    else:
        (error,) = [error for error in told if error is not None]
        assert isinstance(error, Conflict | Refused)
        assert str(error)
    assert entries(filed) == before + len(kept)
    with reading(filed) as session:
        assert list(verify(session, get_contract(session))) == []


def test_a_stale_reader_gets_a_conflict(filed: str) -> None:
    """The page was read, someone acted, then the reader acts on what they saw."""
    with transaction(filed) as session:
        seen = get_application(session, "CV112-2021-0001").revision
    with transaction(filed) as session:
        world = world_in(session)
        withdraw(world, get_application(session, "CV112-2021-0001"))

    with transaction(filed) as session:
        from workflows.advance import advance

        world, application = world_in(session), get_application(session, "CV112-2021-0001")
        with pytest.raises(Conflict, match="CV112-2021-0001"):
            advance(
                session, application, Trigger.CORRECT, world.manager, CHECKED,
                expected_revision=seen,
            )  # fmt: skip
    with reading(filed) as session:
        assert get_application(session, "CV112-2021-0001").state is State.CLOSED


@pytest.mark.postgres
def test_a_lost_update_is_impossible_on_postgresql(postgres_url: str) -> None:
    """Both read the same revision before either writes: the second flush finds another one."""
    with transaction(postgres_url) as session:
        fill(session)
        world_in(session).submitted()
    with transaction(postgres_url) as slow:
        application = get_application(slow, "CV112-2021-0001")
        with transaction(postgres_url) as quick:
            withdraw(world_in(quick), get_application(quick, "CV112-2021-0001"))
        world = world_in(slow)
        with pytest.raises(Conflict, match="CV112-2021-0001"):
            eligible(world, application)
        slow.rollback()


def test_references_are_given_once_each(database_url: str) -> None:
    """Eight people file at the same time: eight references, no gap, one chain."""
    with transaction(database_url) as session:
        fill(session)
    barrier = threading.Barrier(8, timeout=20)

    def file() -> None:
        barrier.wait()
        with transaction(database_url) as session:
            world_in(session).submitted()

    threads = [threading.Thread(target=file) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(database_url) as session:
        references = session.scalars(select(Application.reference)).all()
        assert sorted(references) == [f"CV112-2021-{n:04d}" for n in range(1, 9)]
        assert list(verify(session, get_contract(session))) == []


@pytest.mark.postgres
def test_a_step_that_somebody_undoes_meanwhile_is_not_undone_twice(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(postgres_url) as session:
        fill(session)
        world = world_in(session)
        withdraw(world, world.submitted())
    looked: list[str] = []

    def undo(url: str) -> None:
        with transaction(url) as session:
            application = get_application(session, "CV112-2021-0001")
            world_in(session).fire(application, Trigger.CORRECT, CHECKED, reason="Erreur")

    def last_move(session: Session, application: Application) -> JournalEntry | None:
        """As it is, but somebody else is quicker between the first look and this one."""
        if not looked:
            looked.append(application.reference)
            undo(postgres_url)
        return corrections.last_move(session, application)

    monkeypatch.setattr("workflows.advance.last_move", last_move)
    with pytest.raises(Conflict, match="CV112-2021-0001"):
        undo(postgres_url)

    assert looked
    assert entries(postgres_url) == 3  # filed, withdrawn, corrected once
    with reading(postgres_url) as session:
        assert get_application(session, "CV112-2021-0001").state is State.SUBMITTED
