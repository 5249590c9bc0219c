"""The applicant is told of a payment, and of its undoing when they had been told."""

from email import message_from_bytes
from email.policy import default

from sqlalchemy import select

from models import Application, Message
from models.vocabulary import Frequency, MessageStatus, State
from notifications.catalogue import BY_KEY
from notifications.preferences import choices
from tests.workflows.test_payments import PAID, pay
from tests.workflows.world import World
from workflows.payments import cancel_payment


def mail(world: World, application: Application) -> list[Message]:
    query = select(Message).where(
        Message.application_id == application.id, Message.template.like("payment_%")
    )
    return list(world.session.scalars(query.order_by(Message.id)))


def words(message: Message) -> str:
    body = message_from_bytes(message.content, policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_payment_is_told_with_what_is_left(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    pay(world, application, "3000.50")
    (told,) = mail(world, application)
    assert told.recipient == "ines@porteur.example"
    assert " ".join(told.subject.split()).endswith("État vous verse 3 000,50 €")
    text = words(told)
    assert "Mandat 2021-1204" in text
    assert "3 mai 2021" in text
    assert "Il lui reste 4 999,50 € à verser." in text
    assert choices(BY_KEY["payment_made"])[-1] is Frequency.NONE, "its reader may do without it"


def test_what_was_not_told_yet_is_not_told_at_all(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    paid = pay(world, application, 1000)
    cancel_payment(world.desk(PAID), application, application.lines[0], paid, "Erreur")
    (told,) = mail(world, application)
    assert told.status is MessageStatus.CANCELLED


def test_what_was_told_is_taken_back(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    paid = pay(world, application, 1000)
    first = mail(world, application)[0]
    first.status, first.sent_at = MessageStatus.SENT, PAID
    cancel_payment(world.desk(PAID), application, application.lines[0], paid, "Mauvais dossier")
    told, undone = mail(world, application)
    assert (told.status, undone.template) == (MessageStatus.SENT, "payment_cancelled")
    assert "Mauvais dossier" in words(undone)
    assert choices(BY_KEY["payment_cancelled"]) == (Frequency.DAILY,), "not optional"
