"""Who is told of the journal by webhook: added, listed, stopped, started again."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import WebhookDelivery, WebhookSubscriber
from models.errors import BadInput, NotFound
from models.webhook import HookStatus
from notifications.hooks import EVENTS

PREFIX, SECRET_BYTES = "whsec_", 32
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscriber in a list, with how many events wait, were told and were given up."""

    id: int
    url: str
    events: tuple[str, ...]
    note: str
    active: bool
    trouble: str
    waiting: int
    told: int
    given_up: int


def subscribe(
    session: Session,
    contract_id: int,
    url: str,
    *,
    events: Sequence[str] = (),
    note: str = "",
    now: datetime,
    private_allowed: bool = False,
) -> tuple[WebhookSubscriber, str]:
    """Tell `url` of these events (all without any) from now on; its signing secret comes with it.

    Raises `BadInput` for an address that cannot be called, an unknown event or a known address.
    """
    checked = _checked_url(url, private_allowed=private_allowed)
    if unknown := [event for event in events if event not in EVENTS]:
        raise BadInput(
            _("« {event} » n’est pas un évènement ; attendu : {known}.").format(
                event=unknown[0], known=", ".join(EVENTS)
            )
        )
    known = select(WebhookSubscriber.id).where(
        WebhookSubscriber.contract_id == contract_id, WebhookSubscriber.url == checked
    )
    if session.scalar(known):
        raise BadInput(_("« {url} » est déjà abonnée.").format(url=checked))
    secret = PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = WebhookSubscriber(
        contract_id=contract_id,
        url=checked,
        secret=secret,
        events=list(dict.fromkeys(events)),
        note=note.strip()[:200],
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made, secret


def _checked_url(text: str, *, private_allowed: bool) -> str:
    url = text.strip()
    schemes = {"https", "http"} if private_allowed else {"https"}
    try:
        parts = urlsplit(url)
        sound = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or "@" in url.partition("://")[2].partition("/")[0] or " " in url:
        raise BadInput(
            _(
                "« {url} » ne peut pas être appelée : écrivez une adresse comme"
                " https://exemple.fr/jalon, sans identifiant."
            ).format(url=text)
        )
    return url


def list_subscribers(session: Session, contract_id: int) -> list[Subscription]:
    """Every subscriber of a contract, with its counts; raises nothing."""
    counted = (
        select(WebhookDelivery.subscriber_id, WebhookDelivery.status, func.count())
        .join(WebhookSubscriber, WebhookSubscriber.id == WebhookDelivery.subscriber_id)
        .where(WebhookSubscriber.contract_id == contract_id)
        .group_by(WebhookDelivery.subscriber_id, WebhookDelivery.status)
    )
    counts = {(who, status): many for who, status, many in session.execute(counted)}
    waiting = (HookStatus.WAITING, HookStatus.DEFERRED, HookStatus.SENDING)
    found = session.scalars(
        select(WebhookSubscriber)
        .where(WebhookSubscriber.contract_id == contract_id)
        .order_by(WebhookSubscriber.id)
    )
    return [
        Subscription(
            s.id, s.url, tuple(s.events), s.note, s.active, s.trouble,
            waiting=sum(counts.get((s.id, status), 0) for status in waiting),
            told=counts.get((s.id, HookStatus.SENT), 0),
            given_up=counts.get((s.id, HookStatus.REFUSED), 0),
        )
        for s in found
    ]  # fmt: skip


def turn(session: Session, contract_id: int, subscriber_id: int, *, on: bool) -> WebhookSubscriber:
    """Stop telling a subscriber, or start again: what waits goes on. Raises `NotFound`."""
    found = find_subscriber(session, contract_id, subscriber_id)
    found.active = on
    found.trouble = "" if on else found.trouble
    session.flush()
    return found


def unsubscribe(session: Session, contract_id: int, subscriber_id: int) -> str:
    """Forget a subscriber and all that was owed to it; its address. Raises `NotFound`."""
    url = find_subscriber(session, contract_id, subscriber_id).url
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.subscriber_id == subscriber_id))
    session.execute(delete(WebhookSubscriber).where(WebhookSubscriber.id == subscriber_id))
    return url


def find_subscriber(session: Session, contract_id: int, subscriber_id: int) -> WebhookSubscriber:
    """The subscriber of that number in that contract; raises `NotFound`."""
    found = session.get(WebhookSubscriber, subscriber_id)
    if found is None or found.contract_id != contract_id:
        raise NotFound(
            _("Aucun abonné n’a le numéro {number} : « jalon webhooks list » les donne.").format(
                number=subscriber_id
            )
        )
    return found


def subscribers_of(session: Session, contract_id: int) -> Sequence[WebhookSubscriber]:
    """Who is told of what happens on that contract, for a page: no telling is counted; raises nothing."""
    query = select(WebhookSubscriber).where(WebhookSubscriber.contract_id == contract_id)
    return session.scalars(query.order_by(WebhookSubscriber.id).limit(SHOWN)).all()
