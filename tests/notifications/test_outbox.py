"""What happened owes its mail: once, frozen, cancelled or corrected when it is undone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from models import Message, Person
from models.session import transaction
from models.vocabulary import (
    MessageStatus,
    Trigger,
)
from notifications import outbox, samples
from notifications.composing import message_id
from tests.notifications.conftest import SENDER
from tests.notifications.world import NOW, World, a_world

IN_A_MONTH = date(2021, 3, 15)


def test_a_mail_is_owed_whole_and_frozen(world: World) -> None:
    message = world.award()
    assert message.status is MessageStatus.WAITING
    assert (message.recipient, message.person_id) == ("claire@ville.example", world.grantee.id)
    assert message.due_at == message.composed_at == NOW
    assert message.message_id == message_id("award:1:1", SENDER)
    assert (
        message.subject
        == "[CV112-2021-0042] Une subvention de 25\u202f000\u00a0€ vous est accordée"
    )
    assert message.message_id.encode() in message.content
    assert type(samples.AWARD).model_validate(message.facts["context"]) == samples.AWARD


def test_owing_twice_owes_once(world: World) -> None:
    first = world.award()
    world.grantee.name = "Autre Nom"
    assert world.award() is first
    assert world.session.scalar(select(func.count()).select_from(Message)) == 1


def test_composing_at_the_same_time_owes_each_mail_once(database_url: str) -> None:
    """Two threads compose the same twenty digests; each finds the other's message or makes it."""
    with transaction(database_url) as session:
        world = a_world(session)
        person, contract = world.grantee.id, world.contract.id
    start = Barrier(2)

    def compose_all(_worker: int) -> list[int]:
        start.wait()
        return [_owe_digest(database_url, number, person, contract) for number in range(20)]

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(compose_all, range(2))
    assert one == other
    assert len(set(one)) == 20


def _owe_digest(url: str, number: int, person: int, contract: int) -> int:
    with transaction(url) as session:
        return outbox.owe(
            session,
            key=f"digest:2021-02-{number}:{person}",
            template="award",
            context=samples.AWARD,
            person=session.get(Person, person),
            contract_id=contract,
            now=NOW,
        ).id


def test_an_address_that_gets_no_mail_is_shown_not_raised(world: World) -> None:
    world.grantee.email = "claire chez ville"
    message = world.award()
    assert message.status is MessageStatus.REFUSED
    assert "ne peut pas recevoir de courriel" in message.outcome
    assert message.content == b""


def test_a_mail_without_anybody_goes_to_the_team(world: World) -> None:
    for person in (world.grantee, world.manager):
        person.active = False
    world.session.flush()
    (message,) = outbox.owe_for(world.session, world.cause(Trigger.DECLARE_INELIGIBLE))
    assert (message.recipient, message.person_id) == (SENDER.reply_to, None)
    assert message.facts["context"]["instead_of"] == "Les Mains vertes"


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda m: setattr(m, "outcome", ""), False),
        (lambda m: setattr(m, "status", MessageStatus.HELD), False),
        (lambda m: setattr(m, "status", MessageStatus.DEFERRED), False),
        (lambda m: vars(_sent(m)), True),
        (lambda m: vars(_sending(m)), True),
        (lambda m: setattr(m, "doubtful", True), True),
    ],
    ids=["waiting", "held", "deferred", "sent", "sending", "doubtful"],
)
def test_undoing_takes_back_what_has_not_left_and_knows_what_has(
    world: World, change: Callable[[Message], object], *, left: bool
) -> None:
    cause = world.cause(Trigger.REFUSE)
    (message,) = outbox.owe_for(world.session, cause)
    change(message)
    world.session.flush()

    cancelled = outbox.cancel_unsent(world.session, cause.entry.id, now=NOW, reason="corrigé")
    assert outbox.sent_for(world.session, cause.entry.id) == ([message] if left else [])
    if not left:
        assert cancelled == [message]
        assert (message.status, message.outcome) == (MessageStatus.CANCELLED, "corrigé")


def _sent(message: Message) -> Message:
    message.status, message.sent_at = MessageStatus.SENT, NOW
    return message


def _sending(message: Message) -> Message:
    message.status, message.lease_until = MessageStatus.SENDING, NOW + timedelta(hours=1)
    return message


def test_a_correction_tells_each_person_of_their_own_mail(world: World) -> None:
    undone = world.cause(Trigger.DECLARE_ELIGIBLE)
    sent = [_sent(message) for message in outbox.owe_for(world.session, undone)]
    world.session.flush()
    fixing = world.cause(Trigger.CORRECT, reason="Mauvais dossier.", corrected=sent)

    told = {m.person_id: m.facts["context"] for m in outbox.owe_for(world.session, fixing)}
    assert told[world.grantee.id]["earlier_subjects"] == [sent[0].subject]
    assert told[world.pilot.id]["earlier_subjects"] == [sent[1].subject]
    assert set(told) == {world.grantee.id, world.pilot.id}
    assert told[world.pilot.id]["stage"] == "Reçue"


def test_nothing_sent_nothing_to_correct(world: World) -> None:
    assert outbox.owe_for(world.session, world.cause(Trigger.CORRECT)) == []
