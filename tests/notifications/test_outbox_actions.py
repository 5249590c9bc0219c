"""What a person may do with a message, and what its state forbids."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from models import Message
from models.errors import BadInput, NotFound, Refused
from models.vocabulary import MessageStatus as Status
from notifications import outbox_actions
from tests.notifications.world import NOW, World

LATER = NOW + timedelta(days=1)


def owe(world: World, key: str = "award:1:1", status: Status = Status.WAITING) -> Message:
    message = world.award(key)
    message.status = status
    message.sent_at = NOW if status is Status.SENT else None
    message.lease_until = NOW if status is Status.SENDING else None
    world.session.flush()
    return message


def test_lists_by_state_template_address_and_reference(world: World) -> None:
    waiting, held = owe(world), owe(world, "award:1:2", Status.HELD)
    held.template, held.recipient, held.application_id = "refusal", "autre@ville.example", None
    world.session.flush()

    def keys(**filters: object) -> list[str]:
        return [m.key for m in outbox_actions.list_messages(world.session, **filters)]  # type: ignore[arg-type] # several kinds of filter

    assert keys() == [waiting.key, held.key]
    assert keys(status=Status.HELD) == [held.key]
    assert keys(template="award") == [waiting.key]
    assert keys(about="Claire@ville.example ") == [waiting.key]
    assert keys(about="CV112-2021-0001") == [waiting.key]
    assert keys(about="CV112-2021-0002") == []


def test_a_list_leaves_the_contents_where_they_are(world: World) -> None:
    owe(world)
    world.session.expunge_all()
    (message,) = outbox_actions.list_messages(world.session)
    with pytest.raises(InvalidRequestError):
        _ = message.content


@pytest.mark.parametrize(
    "status", [Status.WAITING, Status.DEFERRED, Status.REFUSED, Status.EXPIRED]
)
def test_retry_sends_again_now(world: World, status: Status) -> None:
    before = owe(world, status=status).content
    message = outbox_actions.retry(world.session, "award:1:1", now=LATER)
    assert (message.status, message.due_at, message.outcome) == (Status.WAITING, LATER, "")
    assert message.content == before


def test_retry_follows_an_address_that_was_corrected(world: World) -> None:
    world.grantee.email = "claire chez ville"
    refused = owe(world, status=Status.REFUSED)
    with pytest.raises(BadInput, match="claire chez ville"):
        outbox_actions.retry(world.session, refused.key, now=LATER)
    world.grantee.email = "claire.martin@ville.example"
    message = outbox_actions.retry(world.session, refused.key, now=LATER)
    assert message.recipient == "claire.martin@ville.example"
    assert b"<claire.martin@ville.example>" in message.content
    assert message.message_id.encode() in message.content


def test_cancel_keeps_the_reason(world: World) -> None:
    owe(world)
    message = outbox_actions.cancel(world.session, "award:1:1", reason="envoyé par la poste")
    assert (message.status, message.outcome) == (Status.CANCELLED, "envoyé par la poste")


def test_release_lets_go_one_or_all(world: World) -> None:
    first, second = (owe(world, f"award:1:{n}", Status.HELD) for n in range(2))
    owe(world, "award:1:9", Status.REFUSED)
    assert outbox_actions.release(world.session, first.key, now=LATER) == [first]
    assert (first.status, second.status) == (Status.WAITING, Status.HELD)
    assert outbox_actions.release(world.session, now=LATER) == [second]
    assert outbox_actions.release(world.session, now=LATER) == []


def _retry(session: Session, key: str) -> object:
    return outbox_actions.retry(session, key, now=LATER)


def _release(session: Session, key: str) -> object:
    return outbox_actions.release(session, key, now=LATER)


def _cancel(session: Session, key: str) -> object:
    return outbox_actions.cancel(session, key, reason="non")


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (_retry, Status.SENT),
        (_retry, Status.SENDING),
        (_retry, Status.CANCELLED),
        (_retry, Status.HELD),
        (_cancel, Status.SENT),
        (_cancel, Status.SENDING),
        (_cancel, Status.CANCELLED),
        (_release, Status.WAITING),
        (_release, Status.SENT),
    ],
)
def test_what_a_state_forbids(
    world: World, act: Callable[[Session, str], object], status: Status
) -> None:
    message = owe(world, status=status)
    with pytest.raises(Refused, match=outbox_actions.status_label(status)):
        act(world.session, message.key)
    assert message.status is status


def test_every_state_has_a_name_of_its_own() -> None:
    assert len({outbox_actions.status_label(status) for status in Status}) == len(Status)


@pytest.mark.parametrize("act", [_retry, _cancel, _release, outbox_actions.show])
def test_an_unknown_key_is_said(world: World, act: Callable[[Session, str], object]) -> None:
    with pytest.raises(NotFound, match="award:9:9"):
        act(world.session, "award:9:9")
