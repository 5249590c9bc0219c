"""Tallies and words say at every moment what counting everything would say."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from models import (
    Application,
    ApplicationWord,
    FunderLine,
    FunderTally,
    Organisation,
    Tally,
)
from models.session import engine_for
from models.vocabulary import PaymentKind, State, Trigger
from models.words import words_of, words_of_application
from tests.workflows.conftest import filled_template, world, world_url
from tests.workflows.season import open_season
from tests.workflows.world import DECIDED, World
from workflows.applications.filtering import Filters
from workflows.applications.listing import list_applications
from workflows.payment_rules import PaymentSaid
from workflows.payments import cancel_payment, record_payment

__all__ = ["filled_template", "world", "world_url"]


def counted(session: Session) -> tuple[set[Any], set[Any], set[Any]]:
    """What the tables hold when everything is counted."""
    a, line = Application, FunderLine
    outcome = func.coalesce(cast(a.outcome, String), "")
    whole = select(
        a.call_id,
        a.fiche_id,
        a.state,
        outcome,
        func.count(),
        func.sum(a.requested),
        func.sum(a.voted),
    ).group_by(a.call_id, a.fiche_id, a.state, outcome)
    lines = (
        select(
            a.call_id, a.fiche_id, line.funder_id, a.state, func.count(), func.sum(line.asked),
            func.coalesce(func.sum(line.voted), 0), func.sum(line.paid), func.sum(line.repaid),
        )
        .join(a, a.id == line.application_id)
        .group_by(a.call_id, a.fiche_id, line.funder_id, a.state)
    )  # fmt: skip
    words = {
        (word, number)
        for number, title, applicant, reference, other in session.execute(
            select(a.id, a.title, Organisation.name, a.reference, a.external_reference).join(
                Organisation, Organisation.id == a.applicant_id
            )
        )
        for word in words_of_application(title, applicant, reference, other)
    }
    return (
        {tuple(r) for r in session.execute(whole)},
        {tuple(r) for r in session.execute(lines)},
        words,
    )


def kept(session: Session) -> tuple[set[Any], set[Any], set[Any]]:
    """What was kept; a row that counts nothing says nothing."""
    return (
        {
            (t.call_id, t.fiche_id, t.state, t.outcome, t.applications, t.requested, t.voted)
            for t in session.scalars(select(Tally))
            if t.applications
        },
        {
            (
                t.call_id,
                t.fiche_id,
                t.funder_id,
                t.state,
                t.applications,
                t.asked,
                t.voted,
                t.paid,
                t.repaid,
            )
            for t in session.scalars(select(FunderTally))
            if t.applications
        },
        {(w.word, w.application_id) for w in session.scalars(select(ApplicationWord))},
    )


def test_a_whole_season_is_counted_as_it_goes(tmp_path: Path) -> None:
    with Session(engine_for(open_season(tmp_path))) as session:
        assert kept(session) == counted(session)
        assert sum(t.applications for t in session.scalars(select(Tally))) > 5


def test_every_move_and_its_correction_are_counted(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    lines = {line.id: line.asked for line in application.lines}
    world.fire(
        application,
        Trigger.AWARD,
        DECIDED,
        amounts=lines,
        decision_reference="D",
        decided_on=DECIDED.date(),
    )
    assert kept(world.session) == counted(world.session)
    line = application.lines[0]
    said = PaymentSaid(PaymentKind.ADVANCE, Decimal(100), "M1", DECIDED.date())
    paid = record_payment(world.desk(DECIDED), application, line, said)
    assert kept(world.session) == counted(world.session)
    cancel_payment(world.desk(DECIDED), application, line, paid, "Erreur")
    assert kept(world.session) == counted(world.session)
    application = world.again(application)
    world.fire(application, Trigger.CORRECT, DECIDED, reason="Erreur")
    assert kept(world.session) == counted(world.session)
    application = world.again(application)
    world.fire(application, Trigger.WITHDRAW, DECIDED)
    assert kept(world.session) == counted(world.session)
    world.session.delete(application.lines[1])  # the other one has payments
    world.session.flush()
    assert kept(world.session) == counted(world.session)


def test_what_is_rolled_back_is_not_counted(world: World) -> None:
    world.submitted()
    world.session.rollback()
    assert kept(world.session) == (set(), set(), set()) == counted(world.session)


def test_a_new_name_is_found_and_the_old_one_is_not(world: World) -> None:
    application = world.submitted(applicant_name="Les Amis de l’Été")
    application.applicant.name = "Œuvre d’hiver"
    application.title = "Café-théâtre à Celleneuve"
    world.session.flush()
    assert kept(world.session) == counted(world.session)
    for text, found in {
        "cafe THEA": 1, "hiver celle": 1, "amis": 0, "ete": 0, "0001": 1, "CV112-2021-0001": 1,
        "afe": 0, "": 1, "  ": 1, "%": 1, "café hiver nulle": 0,
    }.items():  # fmt: skip
        rows = list_applications(world.session, world.call.contract_id, Filters(text=text))
        assert len(rows) == found, text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Saint-Jean d’Été", {"saint", "jean", "d", "ete"}),
        ("CV112-2021-0001", {"cv112-2021-0001"}),
        ("n° 12 -- (essai)", {"n", "12", "essai"}),
        (None, set()),
    ],
)
def test_words_leave_case_accents_and_punctuation_out(text: str | None, words: set[str]) -> None:
    assert words_of(text) == words
