"""Who may amend an application, until when: read off the table, on both sides of the closing instant."""

from datetime import UTC, datetime

import pytest

from models import Application
from models.errors import Refused
from models.vocabulary import Act, Role, State
from tests.workflows.world import World, day
from workflows.actors import Actor
from workflows.desk import hindrances, perform

LAST_MOMENT = datetime(2021, 1, 4, 22, 59, 59, tzinfo=UTC)
TOO_LATE = datetime(2021, 1, 4, 23, 0, tzinfo=UTC)
BEFORE = day(2020, 11, 24)
MANAGING = {Role.MANAGER, Role.ADMINISTRATOR}
ALLOWED = MANAGING | {Role.GRANTEE, Role.IMPORT}


def codes(world: World, of: Application, actor: Actor, at: datetime, **said: object) -> set[str]:
    desk = world.desk(at, actor)
    return {reason.code for reason in hindrances(desk, of, Act.AMEND, **said)}  # type: ignore[arg-type]


@pytest.mark.parametrize("at", [BEFORE, LAST_MOMENT, TOO_LATE], ids=["ahead", "open", "closed"])
def test_each_role_on_each_side_of_the_window(world: World, at: datetime) -> None:
    application = world.submitted()
    for role, actor in world.actors(application).items():
        found = codes(world, application, actor, at)
        if role not in ALLOWED:
            assert found == {"not_allowed"}, role
        elif at is LAST_MOMENT or role is Role.IMPORT:
            assert found == set(), role
        else:
            assert found == {"reason_once_closed" if role in MANAGING else "call_still_open"}, role


def test_the_team_amends_after_the_closing_with_a_reason(world: World) -> None:
    application = world.submitted()
    assert codes(world, application, world.manager, TOO_LATE, words="  ") == {"reason_once_closed"}
    assert codes(world, application, world.manager, TOO_LATE, words="Erreur de saisie") == set()
    applicant = world.actors(application)[Role.GRANTEE]
    assert codes(world, application, applicant, TOO_LATE, words="Oubli") == {"call_still_open"}


@pytest.mark.parametrize("field", ["siret", "rna", "email"])
def test_who_applies_is_changed_by_the_team_alone(world: World, field: str) -> None:
    application = world.submitted()
    applicant = world.actors(application)[Role.GRANTEE]
    changes = {"title", field}
    assert codes(world, application, applicant, LAST_MOMENT, changes=changes) == {"same_applicant"}
    assert codes(world, application, world.manager, LAST_MOMENT, changes=changes) == set()


@pytest.mark.parametrize("state", [state for state in State if state is not State.SUBMITTED])
def test_only_what_is_submitted_is_amended(world: World, state: State) -> None:
    application = world.brought_to(state)
    for actor in (world.manager, world.actors(application)[Role.GRANTEE]):
        assert codes(world, application, actor, LAST_MOMENT, words="Motif") == {"wrong_state"}


def test_the_door_itself_refuses_and_writes_nothing(world: World) -> None:
    application = world.submitted()
    applicant = world.actors(application)[Role.GRANTEE]

    def never(_ledger: object) -> None:
        raise AssertionError

    with pytest.raises(Refused, match="écrivez à l’équipe, qui peut la modifier pour vous"):
        perform(world.desk(TOO_LATE, applicant), application, Act.AMEND, never)
