"""What is ready to move, though nobody owes it by a date, on both engines."""

from datetime import timedelta

from models.session import transaction
from models.vocabulary import ReportKind, State, Trigger, Verdict
from tests.workflows.world import REPORTED, SESSION, SIRETS, day, fill, world_in
from workflows.acts import give_opinion
from workflows.grants import receive_report, review_report
from workflows.ready import Ready, ready_to_move


def test_what_waits_for_nobody_else_is_counted_by_step(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        world = world_in(session)
        contract = world.call.contract_id

        def ready() -> list[Ready]:
            session.flush()
            return ready_to_move(session, contract, SESSION)

        eligible, _before = (
            world.brought_to(state, title=f"n° {state}")
            for state in (State.ELIGIBLE, State.COMMITTEE)
        )
        reporting = world.brought_to(State.REPORTING, title="n° 3", siret=SIRETS[1])
        assert ready() == [Ready(Trigger.AWARD, State.COMMITTEE, 1)]
        assert ready_to_move(session, contract, SESSION - timedelta(days=1)) == []
        assert ready_to_move(session, contract + 1, SESSION) == []

        eligible = world.again(eligible)
        pilot = eligible.fiche.pilots[0].organisation
        desk = world.desk(day(2021, 2, 20), world.pilot_actor(eligible))
        give_opinion(desk, eligible, pilot, Verdict.FAVOURABLE, "")
        assert ready()[0] == Ready(Trigger.REFER, State.ELIGIBLE, 1)

        desk = world.desk(REPORTED)
        receive_report(desk, world.again(reporting), ReportKind.FINAL, spent=reporting.charges)
        assert len(ready()) == 2
        review_report(desk, world.again(reporting), accept=True)
        assert ready()[2:] == [Ready(Trigger.ACCEPT_REPORT, State.REPORTING, 1)]
