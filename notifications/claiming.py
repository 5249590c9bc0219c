"""The statements of claims, built once: building them costs more than running them."""

from sqlalchemy import and_, bindparam, insert, or_, select, text, update

from models import Application, DeliveryAttempt, Message, Person
from models.vocabulary import MessageStatus as Status

TO_SEND = text("message.status IN ('waiting', 'deferred', 'sending')")  # as the partial index says
_waits = Message.status.in_((Status.WAITING, Status.DEFERRED))
_due = and_(_waits, Message.due_at <= bindparam("now"))
_abandoned = and_(Message.status == Status.SENDING, Message.lease_until < bindparam("now"))

DUE = select(Message.id).where(TO_SEND, or_(_due, _abandoned))

# A message with what may make it void.
_LOOKED_AT = (
    select(
        Message.id,
        Message.key,
        Message.recipient,
        Message.template,
        Message.content,
        Message.facts["obligations"].label("obligations"),
        Message.facts["dates"].label("dates"),
        Message.person_id,
        Message.application_id,
        Message.status,
        Message.outcome,
        Message.attempts,
        Message.doubtful,
        Message.due_at,
        Message.expires_at,
        Message.claimed_by,
        Message.lease_until,
        Person.active,
        Person.email,
        Person.failing_since,
        Application.state,
    )
    .outerjoin(Person, Person.id == Message.person_id)
    .outerjoin(Application, Application.id == Message.application_id)
)
# What is due first, or was abandoned by whoever took it.
NEXT = (
    _LOOKED_AT.where(TO_SEND, or_(_due, _abandoned))
    .order_by(Message.due_at, Message.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=Message)
)
AGAIN = _LOOKED_AT.where(Message.id == bindparam("taken"))
TAKE = (
    update(Message)
    .where(Message.id == bindparam("taken"))
    .values(
        status=bindparam("status"),
        outcome=bindparam("outcome"),
        attempts=bindparam("attempts"),
        doubtful=bindparam("doubtful"),
        claimed_by=bindparam("claimed_by"),
        lease_until=bindparam("lease_until"),
    )
)
PUT_OFF = (
    update(Message)
    .where(TO_SEND, _due, Message.recipient.like(bindparam("domain")))
    .values(due_at=bindparam("until"), status=Status.DEFERRED, outcome=bindparam("reason"))
)
_mine = and_(
    Message.id == bindparam("claimed"),
    Message.status == Status.SENDING,
    Message.claimed_by == bindparam("worker"),
    Message.attempts == bindparam("attempt"),
)
PROLONG = update(Message).where(_mine).values(lease_until=bindparam("until"))
SETTLE = (
    update(Message)
    .where(_mine)
    .values(
        status=bindparam("status"),
        outcome=bindparam("outcome"),
        attempts=bindparam("attempts"),
        doubtful=bindparam("doubtful"),
        sent_at=bindparam("sent_at"),
        due_at=bindparam("due_at"),
        expires_at=bindparam("expires_at"),
        lease_until=None,
    )
)
NOTE = insert(DeliveryAttempt)
