"""What a person does with the outbox: look, send again, hold back, let go.

The session comes first, nothing is committed. All but `list_messages` raise `NotFound` for an
unknown key, and `Refused` when the message's state does not allow it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from config.i18n import gettext as _
from config.policy import load_policies
from models import Application, Message
from models.errors import NotFound, Reason, Refused
from models.vocabulary import MessageStatus as Status

NOT_LEFT = (Status.WAITING, Status.DEFERRED, Status.HELD, Status.REFUSED, Status.EXPIRED)
NAMES = {
    Status.WAITING: "en attente",
    Status.SENDING: "remise en cours",
    Status.SENT: "envoyé",
    Status.DEFERRED: "différé",
    Status.REFUSED: "refusé",
    Status.CANCELLED: "annulé",
    Status.EXPIRED: "expiré",
    Status.HELD: "retenu",
}


def status_label(status: Status) -> str:
    """« différé »."""
    return _(NAMES[status])


def list_messages(
    session: Session,
    *,
    status: Status | None = None,
    template: str | None = None,
    about: str | None = None,
) -> Sequence[Message]:
    """Messages without their content, the first due first; `about` is an address or a reference."""
    query = (
        select(Message)
        .options(defer(Message.content, raiseload=True), defer(Message.facts, raiseload=True))
        .order_by(Message.due_at, Message.id)
    )
    if status:
        query = query.where(Message.status == status)
    if template:
        query = query.where(Message.template == template)
    if about:
        wanted = about.strip()
        concerned = select(Application.id).where(Application.reference == wanted)
        query = query.where(
            or_(Message.recipient == wanted.lower(), Message.application_id.in_(concerned))
        )
    return session.scalars(query).all()


def show(session: Session, key: str) -> Message:
    """The message of that key, whole."""
    found = session.scalar(select(Message).where(Message.key == key.strip()).with_for_update())
    if found is None:
        raise NotFound(
            _(
                "Aucun message n’a la clé « {key} » : « jalon outbox list » donne celles qui existent."
            ).format(key=key)
        )
    return found


def retry(session: Session, key: str, *, now: datetime) -> Message:
    """Send again, now, what was put off or refused; to the person's new address if it has changed."""
    message = show(session, key)
    _allow(message, (Status.WAITING, Status.DEFERRED, Status.REFUSED, Status.EXPIRED))
    if message.person_id is not None or not message.content:
        from notifications.recomposing import readdress  # loads templates, which lists need not

        readdress(session, message, now)
    message.status, message.due_at, message.outcome = Status.WAITING, now, ""
    message.expires_at = now + load_policies().mail.retry.give_up  # a person wants it to leave
    session.flush()
    return message


def cancel(session: Session, key: str, *, reason: str) -> Message:
    """Give up a message that has not left; the reason stays with it."""
    message = show(session, key)
    _allow(message, NOT_LEFT)
    message.status, message.outcome = Status.CANCELLED, reason
    session.flush()
    return message


def release(session: Session, key: str | None = None, *, now: datetime) -> list[Message]:
    """Let go the message that was held, or every one of them."""
    if key is None:
        query = select(Message).where(Message.status == Status.HELD).with_for_update()
        held = list(session.scalars(query.order_by(Message.id)))
    else:
        held = [show(session, key)]
        _allow(held[0], (Status.HELD,))
    give_up = load_policies().mail.retry.give_up
    for message in held:
        message.status = Status.WAITING
        if message.attempts and message.expires_at:  # it was tried; the tries count anew
            message.expires_at = max(message.expires_at, now + give_up)
    session.flush()
    return held


def _allow(message: Message, states: tuple[Status, ...]) -> None:
    if message.status in states:
        return
    text = _(
        "Le courriel « {subject} » à {recipient} est « {status} » ; il faudrait qu’il soit : {expected}."
    ).format(
        subject=message.subject,
        recipient=message.recipient,
        status=status_label(message.status),
        expected=", ".join(map(status_label, states)),
    )
    raise Refused([Reason("wrong_state", text)])
