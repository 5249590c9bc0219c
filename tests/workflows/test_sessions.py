"""Committee days: planned, moved, refused; and the opinions awaited before them follow."""

from datetime import date

import pytest
from sqlalchemy import select

from config.vocabulary import Duty
from models import Application, Obligation, ObligationChange
from models.errors import BadInput, Refused
from models.vocabulary import DatedChange, Role, State
from tests.workflows.world import CHECKED, OPENS, SESSION, World, day
from workflows.actors import Actor
from workflows.acts import extend
from workflows.sessions import move_session, plan_session

FEBRUARY = day(2021, 2, 1)


def opinion(world: World, application: Application) -> Obligation:
    return world.session.scalars(
        select(Obligation).where(
            Obligation.application_id == application.id, Obligation.duty == Duty.PILOT_OPINION
        )
    ).one()


def moved(world: World, owed: Obligation) -> int:
    changes = world.session.scalars(
        select(ObligationChange.change).where(ObligationChange.obligation_id == owed.id)
    )
    return list(changes).count(DatedChange.MOVED)


def move(world: World, to: date) -> None:
    move_session(
        world.session, world.call, world.call.sessions[0], to, actor=world.manager, now=FEBRUARY
    )


@pytest.mark.slow
def test_an_earlier_session_brings_the_opinion_forward(world: World) -> None:
    owed = opinion(world, world.brought_to(State.ELIGIBLE))
    assert owed.effective_on == date(2021, 3, 3)
    plan_session(world.session, world.call, date(2021, 3, 4), actor=world.manager, now=FEBRUARY)
    assert (owed.effective_on, moved(world, owed)) == (date(2021, 2, 17), 1)


def test_a_moved_session_takes_its_opinions_along(world: World) -> None:
    application = world.brought_to(State.ELIGIBLE)
    move(world, date(2021, 3, 25))
    owed = opinion(world, application)
    assert (owed.effective_on, moved(world, owed)) == (date(2021, 3, 10), 1)
    assert world.call.sessions[0].label == "Comité du 25/03/2021"


def test_nobody_gets_less_than_the_minimum_notice(world: World) -> None:
    application = world.brought_to(State.ELIGIBLE)
    move(world, date(2021, 2, 8))
    assert opinion(world, application).nominal_on == date(2021, 2, 6)


def test_more_time_once_given_is_not_taken_back(world: World) -> None:
    application = world.brought_to(State.ELIGIBLE)
    owed = opinion(world, application)
    extend(world.desk(CHECKED), application, owed, date(2021, 3, 15), "Congés du pilote")
    plan_session(world.session, world.call, date(2021, 3, 4), actor=world.manager, now=FEBRUARY)
    assert (owed.effective_on, moved(world, owed)) == (date(2021, 3, 15), 0)


def test_applications_on_the_agenda_stay_on_it(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    move_session(
        world.session,
        world.call,
        application.call.sessions[0],
        date(2021, 3, 30),
        actor=world.manager,
        now=day(2021, 3, 15),
    )
    application = world.again(application)
    assert application.session is not None
    assert application.session.held_on == date(2021, 3, 30)


@pytest.mark.parametrize("wrong", [SESSION, OPENS, date(2020, 1, 1)])
def test_a_day_taken_or_before_the_opening_is_refused(world: World, wrong: date) -> None:
    with pytest.raises(BadInput, match=f"{wrong:%d/%m/%Y}"):
        plan_session(world.session, world.call, wrong, actor=world.manager, now=FEBRUARY)


def test_a_session_held_cannot_be_moved(world: World) -> None:
    with pytest.raises(BadInput, match="déjà eu lieu"):
        move_session(
            world.session,
            world.call,
            world.call.sessions[0],
            date(2021, 5, 1),
            actor=world.manager,
            now=day(2021, 3, 20),
        )


def test_only_managers_plan(world: World) -> None:
    pilot = Actor(((Role.PILOT, 1),))
    with pytest.raises(Refused, match="responsables"):
        plan_session(world.session, world.call, date(2021, 5, 1), actor=pilot, now=FEBRUARY)
