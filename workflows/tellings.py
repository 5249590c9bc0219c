"""What was told by webhook, and what is to be told: listed, the latest first, and told again."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import WebhookDelivery, WebhookSubscriber
from models.errors import NotFound, Reason, Refused
from models.webhook import HookStatus

SHOWN, LOOKED_AT = 50, 1_000  # on a page; of the latest, for those that failed
FAILED = (HookStatus.DEFERRED, HookStatus.REFUSED)


class Telling(NamedTuple):
    """One event told or to tell."""

    id: int
    event_id: str
    url: str
    status: HookStatus
    attempts: int
    due: datetime
    sent: datetime | None
    outcome: str


def list_tellings(
    session: Session, contract_id: int, *, status: HookStatus | None = None, limit: int = 100
) -> list[Telling]:
    """What was told and is to be told, the latest first; raises nothing."""
    wanted = [WebhookSubscriber.contract_id == contract_id]
    if status is not None:
        wanted.append(WebhookDelivery.status == status)
    return _tellings(session, wanted, limit)


def latest_tellings(session: Session, contract_id: int, *, failed: bool = False) -> list[Telling]:
    """The latest, for a page; or those that failed, of the latest thousand. Raises nothing."""
    latest = (
        select(WebhookDelivery.id)
        .join(WebhookSubscriber, WebhookSubscriber.id == WebhookDelivery.subscriber_id)
        .where(WebhookSubscriber.contract_id == contract_id)
        .order_by(WebhookDelivery.id.desc())
        .limit(LOOKED_AT if failed else SHOWN)
    )
    wanted: list[ColumnElement[bool]] = [WebhookDelivery.id.in_(session.scalars(latest).all())]
    if failed:
        wanted.append(WebhookDelivery.status.in_(FAILED))
    return _tellings(session, wanted, SHOWN)


def _tellings(session: Session, wanted: list[ColumnElement[bool]], limit: int) -> list[Telling]:
    query = (
        select(WebhookDelivery, WebhookSubscriber.url)
        .join(WebhookSubscriber, WebhookSubscriber.id == WebhookDelivery.subscriber_id)
        .where(*wanted)
        .order_by(WebhookDelivery.id.desc())
        .limit(limit)
    )
    return [
        Telling(d.id, d.event_id, url, d.status, d.attempts, d.due_at, d.sent_at, d.outcome)
        for d, url in session.execute(query)
    ]


def tell_again(session: Session, contract_id: int, delivery_id: int, now: datetime) -> str:
    """Tell an event again, now; the event. Raises `NotFound`, or `Refused` while it is being told."""
    found = session.scalar(
        select(WebhookDelivery)
        .join(WebhookSubscriber, WebhookSubscriber.id == WebhookDelivery.subscriber_id)
        .where(WebhookDelivery.id == delivery_id, WebhookSubscriber.contract_id == contract_id)
        .with_for_update(of=WebhookDelivery)
    )
    if found is None:
        raise NotFound(_("Aucun envoi n’a le numéro {number}.").format(number=delivery_id))
    if found.status is HookStatus.SENDING:
        raise Refused([Reason("wrong_state", _("Cet envoi est en cours."))])
    found.status, found.due_at, found.sent_at, found.attempts = HookStatus.WAITING, now, None, 0
    session.flush()
    return found.event_id
