"""A funder that decides before the others: the applicant is told of it, once, and never wrongly."""

from decimal import Decimal
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select, update

from models import Application, Message
from models.vocabulary import MessageStatus, State, Trigger
from tests.workflows.world import DECIDED, World, award, day
from workflows.acts import decide_line

EARLY, LATER = day(2021, 3, 10), day(2021, 3, 12)


@pytest.fixture
def application(world: World) -> Application:
    """Before a committee; two funders are asked."""
    found = world.brought_to(State.COMMITTEE)
    assert [line.funder.name for line in found.lines] == ["État", "Ville"]
    return found


def decide(world: World, application: Application, amount: int) -> None:
    first = application.lines[0]
    decide_line(world.desk(EARLY), application, first, Decimal(amount), reference="Délib. 4")


def sent(world: World) -> None:
    world.session.execute(
        update(Message)
        .where(Message.template == "funder_decision", Message.status == MessageStatus.WAITING)
        .values(status=MessageStatus.SENT, sent_at=EARLY)
    )


def told(world: World, template: str = "funder_decision") -> list[tuple[str, str, str]]:
    """The status, subject and text of each mail of that template."""
    world.session.expire_all()
    query = select(Message).where(Message.template == template).order_by(Message.id)
    return [
        (m.status, " ".join(m.subject.split()), _text(m.content))
        for m in world.session.scalars(query)
    ]


def _text(content: bytes) -> str:
    body = message_from_bytes(content, policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_grant_of_one_funder_is_told_when_it_is_recorded(
    world: World, application: Application
) -> None:
    decide(world, application, 4000)

    ((status, subject, text),) = told(world)
    assert status == "waiting"
    assert "Une subvention de 4 000 € vous est accordée (financeur : État)" in subject
    assert "Il vous accorde une subvention de 4 000 €" in text
    assert "décision Délib. 4 du 10 mars 2021" in text
    assert "Décisions encore attendues : Ville." in text
    assert "peuvent encore financer" not in text
    assert f"http://localhost:8000/mes-demandes/{application.reference}" in text


def test_a_refusal_of_one_funder_says_that_the_others_still_decide(
    world: World, application: Application
) -> None:
    decide(world, application, 0)

    ((_status, subject, text),) = told(world)
    assert "Un financeur n’a pas retenu votre demande (État)" in subject
    assert "les autres peuvent encore financer votre action" in text


def test_the_same_decision_recorded_again_writes_nothing_more(
    world: World, application: Application
) -> None:
    decide(world, application, 4000)
    decide(world, application, 4000)
    assert [status for status, *_rest in told(world)] == ["waiting"]


@pytest.mark.parametrize("left", [True, False])
def test_another_decision_takes_back_the_first_mail_or_says_that_it_replaces_it(
    world: World, application: Application, *, left: bool
) -> None:
    decide(world, application, 4000)
    if left:
        sent(world)
    decide(world, application, 0)

    (first, _s, _t), (second, _subject, text) = told(world)
    assert (first, second) == ("sent" if left else "cancelled", "waiting")
    assert ("remplace celle du même financeur" in text) is left


@pytest.mark.parametrize("left", [True, False])
def test_the_award_does_not_announce_it_a_second_time(
    world: World, application: Application, *, left: bool
) -> None:
    decide(world, application, 4000)
    if left:
        sent(world)
    award(world, application, 4000, 5000)

    ((status, *_rest),) = told(world)
    ((_status, _subject, text),) = told(world, "award")
    assert status == ("sent" if left else "cancelled")
    assert text.count("déjà annoncée le") == left
    assert ("déjà annoncée le 10 mars 2021" in text) is left


def test_an_award_that_gives_another_amount_announces_it(
    world: World, application: Application
) -> None:
    decide(world, application, 4000)
    sent(world)
    award(world, application, 3000, 5000)
    assert "déjà annoncée" not in told(world, "award")[0][2]


def test_a_refusal_of_the_whole_takes_back_what_has_not_left(
    world: World, application: Application
) -> None:
    decide(world, application, 0)
    world.fire(application, Trigger.REFUSE, DECIDED, reason="Aucun financement")
    assert [status for status, *_rest in told(world)] == ["cancelled"]


def test_a_step_corrected_corrects_the_decisions_recorded_since(
    world: World, application: Application
) -> None:
    decide(world, application, 4000)
    sent(world)
    world.fire(application, Trigger.CORRECT, LATER, reason="Inscrit par erreur")

    ((_status, _subject, text),) = told(world, "correction")
    assert "Une subvention de 4 000 € vous est accordée" in text
