"""Telling subscribers what happened, over HTTP: signed, to public addresses only, one event at a time.

The format is that of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
"""

import base64
import hashlib
import hmac
import ipaddress
import logging
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from config.i18n import gettext as _
from models.errors import BadInput
from models.session import transaction
from models.webhook import HookStatus
from notifications.hook_claims import HookClaim, HookResult, settle_hook, take_hook
from notifications.wording import one_line, shortened

logger = logging.getLogger(__name__)

PREFIX = "whsec_"
WAIT = httpx.Timeout(10, connect=5)  # seconds
GONE = 410


@dataclass(frozen=True, slots=True)
class HookReport:
    """What one round did."""

    told: int = 0
    put_off: int = 0
    abandoned: int = 0


def deliver_hooks(
    *,
    clock: Callable[[], datetime],
    worker: str,
    private_allowed: bool = False,
    url: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> HookReport:
    """Tell every event that is due; a subscriber that fails is left alone for the rest of the round.

    Several processes may do this at once. Raises `Unavailable` when the database does not answer.
    """
    counts: Counter[HookStatus] = Counter()
    failing: set[int] = set()
    with httpx.Client(timeout=WAIT, follow_redirects=False, trust_env=False) as client:
        while not stopping():
            with transaction(url) as session:
                claim = take_hook(session, worker=worker, now=clock(), but=failing)
            if claim is None:
                break
            result = tell(client, claim, clock(), private_allowed=private_allowed)
            with transaction(url) as session:
                counts[settle_hook(session, claim, result, worker=worker, now=clock())] += 1
            if not result.told:
                failing.add(claim.subscriber_id)
            logger.info("webhook told", extra={"event": claim.event_id, "told": result.told})
    return HookReport(
        counts[HookStatus.SENT], counts[HookStatus.DEFERRED], counts[HookStatus.REFUSED]
    )


def tell(
    client: httpx.Client, claim: HookClaim, now: datetime, *, private_allowed: bool
) -> HookResult:
    """One attempt: told when the subscriber answers 2xx."""
    try:
        host, address = resolved(claim.url, private_allowed=private_allowed)
        with client.stream(  # what it answers beside its status is not read
            "POST",
            httpx.URL(claim.url).copy_with(host=address),
            content=claim.body,
            headers={"host": host, "content-type": "application/json", "user-agent": "Jalon"}
            | signed_headers(claim.secret, claim.event_id, now, claim.body),
            extensions={"sni_hostname": urlsplit(claim.url).hostname},
        ) as response:
            outcome = f"HTTP {response.status_code}"
            return HookResult(response.is_success, outcome, gone=response.status_code == GONE)
    except (BadInput, httpx.HTTPError, OSError) as error:
        said = shortened(one_line(str(error) or type(error).__name__), 300)
        return HookResult(told=False, outcome=said)


def signed_headers(secret: str, event_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers by which a subscriber knows that it is us, and that it is not a replay."""
    sent = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{event_id}.{sent}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": sent,
        "webhook-signature": f"v1,{signature}",
    }


def resolved(url: str, *, private_allowed: bool) -> tuple[str, str]:
    """The host to name and the one address to call: looked up once, so that it cannot change meanwhile.

    Raises `BadInput` when it leads into a private network, which only `JALON_WEBHOOK_PRIVATE` allows.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    found = socket.getaddrinfo(host, parts.port or parts.scheme, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    private = [
        one for one in addresses if not ipaddress.ip_address(one.partition("%")[0]).is_global
    ]
    if private and not private_allowed:
        raise BadInput(
            _(
                "« {host} » mène à une adresse privée ({address}) : permettez-le par"
                " JALON_WEBHOOK_PRIVATE=1 si c’est voulu."
            ).format(host=host, address=private[0])
        )
    return parts.netloc.rpartition("@")[2], addresses[0]
