"""Taking one webhook at a time out of those that are owed, and writing down what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, text, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.policy import load_policies
from models import WebhookDelivery, WebhookSubscriber
from models.webhook import HookStatus
from notifications.backoff import delay

LEASE = timedelta(minutes=5)  # longer than every wait of one delivery together
GIVE_UP_AFTER = 16  # attempts: three days
TO_SEND = text("webhook_delivery.status IN ('waiting', 'deferred', 'sending')")  # as the index says


@dataclass(frozen=True, slots=True)
class HookClaim:
    """An event that this process alone may tell now."""

    id: int
    subscriber_id: int
    url: str
    secret: str
    event_id: str
    body: bytes
    attempt: int


@dataclass(frozen=True, slots=True)
class HookResult:
    """What became of it; `gone`: the subscriber wants nothing any more."""

    told: bool
    outcome: str
    gone: bool = False


def take_hook(
    session: Session, *, worker: str, now: datetime, but: Collection[int] = ()
) -> HookClaim | None:
    """Claim the event due first, or abandoned by whoever took it; `but` are subscribers left alone."""
    delivery, subscriber = WebhookDelivery, WebhookSubscriber
    abandoned = and_(delivery.status == HookStatus.SENDING, delivery.lease_until < now)
    due = and_(delivery.status != HookStatus.SENDING, delivery.due_at <= now)
    query = (
        select(delivery, subscriber.url, subscriber.secret)
        .join(subscriber, subscriber.id == delivery.subscriber_id)
        .where(TO_SEND, or_(due, abandoned), subscriber.active, subscriber.id.not_in(but))
        .order_by(delivery.due_at, delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=delivery)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    found, url, secret = row
    found.status, found.claimed_by, found.lease_until = HookStatus.SENDING, worker, now + LEASE
    found.attempts += 1
    session.flush()
    return HookClaim(
        found.id, found.subscriber_id, url, secret, found.event_id, found.body, found.attempts
    )


def settle_hook(
    session: Session, claim: HookClaim, result: HookResult, *, worker: str, now: datetime
) -> HookStatus:
    """Write down what became of it; a subscriber that is gone is told nothing any more."""
    status = HookStatus.SENT if result.told else HookStatus.DEFERRED
    if not result.told and (result.gone or claim.attempt >= GIVE_UP_AFTER):
        status = HookStatus.REFUSED
    waits = delay(claim.attempt, claim.event_id, load_policies().mail.retry)
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.id == claim.id,
            WebhookDelivery.status == HookStatus.SENDING,
            WebhookDelivery.claimed_by == worker,
            WebhookDelivery.attempts == claim.attempt,
        )
        .values(
            status=status,
            outcome=result.outcome,
            lease_until=None,
            sent_at=now if result.told else None,
            due_at=now + waits if status is HookStatus.DEFERRED else WebhookDelivery.due_at,
        )
    )  # fmt: skip
    _tell_of(session, claim, result)
    return status


def _tell_of(session: Session, claim: HookClaim, result: HookResult) -> None:
    """Note how it goes with the subscriber; one that is gone is stopped."""
    trouble = "" if result.told else result.outcome
    if result.gone:
        trouble = _("arrêté : l’adresse répond qu’elle n’existe plus ({outcome})").format(
            outcome=result.outcome
        )
    values = {"trouble": trouble} | ({"active": False} if result.gone else {})
    session.execute(
        update(WebhookSubscriber)
        .where(WebhookSubscriber.id == claim.subscriber_id)
        .values(**values)
    )
