"""What an applicant and a pilot are shown: theirs alone, the most urgent first, in plain words."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import Application, Call, Obligation
from models.errors import BadInput, Refused
from models.session import reading, transaction
from models.vocabulary import Outcome, ReportEnding, ReportKind, Role, State, Trigger, Verdict
from tests.workflows.season import person
from tests.workflows.world import CHECKED, FILED, GIVEN_ON, REPORTED, World, day, fill, world_in
from workflows.actors import OPERATOR, Actor
from workflows.acts import ask_piece, give_opinion
from workflows.bulk import one_by_one
from workflows.desk import Desk
from workflows.grants import receive_report
from workflows.keeper import keeper_of
from workflows.people import add_person
from workflows.portal import awaiting
from workflows.portal.awaiting import opinions_to_give, reports_to_review
from workflows.portal.led import fiches_led
from workflows.portal.mine import help_for, list_mine
from workflows.portal.words import status_of
from workflows.queries import get_application


def lead(world: World, number: str = "1.3") -> frozenset[int]:
    return frozenset({world.fiche(number).pilots[0].organisation_id})


def test_every_state_and_outcome_has_its_words() -> None:
    told = [status_of(state, None) for state in State if state is not State.CLOSED]
    told += [status_of(State.CLOSED, outcome) for outcome in Outcome]
    assert len({status.sentence for status in told}) == len(told)
    assert all(status.label and status.sentence.endswith(".") for status in told)


def test_an_applicant_sees_theirs_with_the_next_date(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        world = world_in(session)
        mine = world.submitted()
        ask_piece(world.desk(day(2020, 12, 12)), mine, "Comptes approuvés")
        world.submitted(contact_email="autre@porteur.example", siret="35600000000048")
        contact_id = mine.contact_id
    with reading(database_url) as session:
        visible = (Application.contact_id == contact_id) & (Call.year == 2021)
        (found,) = list_mine(session, visible, date(2020, 12, 20))
    assert (found.title, found.status.label) == ("Ateliers n° 1", "Reçue")
    assert found.next is not None
    assert (found.next.label, found.next.about) == (
        "fournir la pièce manquante",
        "Comptes approuvés",
    )
    assert found.next.days_left == 8


def test_whom_to_ask(world: World) -> None:
    keeper = keeper_of(world.session, world.call.contract_id, OPERATOR, FILED)
    add_person(keeper, "claire@contrat.example", name="Claire", role=Role.MANAGER.value)
    assert help_for(world.session, world.call.contract_id) == [("Claire", "claire@contrat.example")]


def test_a_pilot_sees_what_waits_on_their_fiches(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        world = world_in(session)
        first = world.brought_to(State.ELIGIBLE)
        organisation = first.fiche.pilots[0].organisation
        give_opinion(world.desk(GIVEN_ON), first, organisation, Verdict.ADVERSE)
        second_reference = world.brought_to(State.ELIGIBLE).reference
        world.submitted()
        pilots = lead(world)
        elsewhere = frozenset(world.organisations("Bailleurs sociaux").values()) - pilots
        contract_id = world.call.contract_id
    with reading(database_url) as session:
        waiting, count = opinions_to_give(session, contract_id, pilots)
        assert ([w.reference for w in waiting], count) == ([second_reference], 1)
        assert waiting[0].due == date(2021, 3, 3)
        assert waiting[0].requested == Decimal(13000)
        assert elsewhere
        assert opinions_to_give(session, contract_id, elsewhere) == ([], 0)
        led = {fiche.number: fiche for fiche in fiches_led(session, world_in(session).call, pilots)}
    assert "1.3" in led
    assert led["1.3"][3:] == (3, 1, 0, 0, 0, Decimal(39000), Decimal(0), Decimal(0))
    assert all(fiche.applications == 0 for number, fiche in led.items() if number != "1.3")


def test_reports_to_review_say_how_they_end(world: World) -> None:
    application = world.brought_to(State.REPORTING)
    pilots, contract_id = lead(world), world.call.contract_id
    assert reports_to_review(world.session, contract_id, pilots) == ([], 0)
    receive_report(
        world.desk(REPORTED), application, ReportKind.FINAL, ending=ReportEnding.NOT_CARRIED_OUT
    )
    ((waiting,), count) = reports_to_review(world.session, contract_id, pilots)
    assert (count, waiting.reference, waiting.ending) == (
        1,
        application.reference,
        ReportEnding.NOT_CARRIED_OUT,
    )
    assert waiting.due == date(2022, 6, 2)
    assert waiting.received_on == REPORTED.date()


def test_opinions_in_bulk_one_result_per_row(world_url: str) -> None:
    with transaction(world_url) as session:
        world = world_in(session)
        good = [world.brought_to(State.ELIGIBLE).reference for _n in range(2)]
        bad = world.submitted().reference
        pilot = world.fiche("1.3").pilots[0].organisation
        who = person(session, "pilote@pilote.example")
        by = Actor(((Role.PILOT, pilot.id),), person_id=who.id)

    def work(session: Session, reference: str) -> None:
        application = get_application(session, reference)
        organisation = application.fiche.pilots[0].organisation
        give_opinion(Desk.at(session, by, GIVEN_ON), application, organisation, Verdict.FAVOURABLE)

    results = one_by_one(world_url, [good[0], bad, "none", good[1], good[0]], work)
    assert [(r.key, r.done) for r in results] == [
        (good[0], True),
        (bad, False),
        ("none", False),
        (good[1], True),
    ]
    assert "Déposé" in results[1].refused
    assert "Aucun dossier" in results[2].refused
    with reading(world_url) as session:
        assert [len(get_application(session, r).opinions) for r in (*good, bad)] == [1, 1, 0]
    with pytest.raises(BadInput, match="501 dossiers"):
        one_by_one(world_url, map(str, range(501)), work)


def test_the_words_of_a_withdrawn_one(world: World) -> None:
    application = world.submitted()
    world.fire(application, Trigger.WITHDRAW, CHECKED)
    (found,) = list_mine(world.session, Application.id == application.id, CHECKED.date())
    assert (found.status.label, found.next) == ("Retirée", None)
    with pytest.raises(Refused):
        world.fire(world.again(application), Trigger.WITHDRAW, CHECKED, actor=OPERATOR)


def test_of_more_than_a_page_holds_the_most_urgent_are_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, sooner = (world.brought_to(State.ELIGIBLE) for _n in range(2))
    owed = select(Obligation).where(
        Obligation.application_id == later.id, Obligation.duty == Duty.PILOT_OPINION
    )
    world.session.scalars(owed).one().effective_on = date(2021, 4, 1)
    world.session.flush()
    pilots, contract_id = lead(world), world.call.contract_id
    monkeypatch.setattr(awaiting, "A_PAGE", 1)
    (shown,), count = opinions_to_give(world.session, contract_id, pilots)
    assert (shown.reference, count) == (sooner.reference, 2)


def test_the_next_date_is_told_while_nothing_is_asked(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        world = world_in(session)
        for state in (State.SUBMITTED, State.COMMITTEE, State.FUNDED):
            world.brought_to(state)

    def told(today: date) -> list[str]:
        with reading(database_url) as session:
            return [one.coming for one in list_mine(session, Call.year == 2021, today)]

    end = "Fin prévue de l’action : le vendredi 31 décembre 2021."
    assert told(date(2021, 3, 14)) == [
        end,
        "Le comité se réunit le jeudi 18 mars 2021.",
        "Le prochain comité des financeurs se réunit le jeudi 18 mars 2021.",
    ]
    afterwards = told(date(2021, 3, 20))
    assert afterwards[1].startswith("Le comité s’est réuni le jeudi 18 mars 2021")
    assert "15 avril 2021" in afterwards[2]
    assert told(date(2022, 1, 1)) == ["", afterwards[1], ""]
