"""The circuit breaker: a relay that takes no mail from us is left in peace for a while.

Its state is a row that every process reads, so that one that fails spares the others. Each failure
in a row doubles the rest; when it is over, one process alone tries first.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.i18n import later
from models import RelayHealth
from models.upsert import insert_once
from models.vocabulary import RelayFault
from notifications.backoff import MOST_DOUBLINGS, spread

A_TRY = timedelta(minutes=2)  # how long the others leave to whoever tries first
HURRIED = (timedelta(minutes=1), timedelta(minutes=30))
A_PERSON_MUST_ACT = (timedelta(minutes=15), timedelta(hours=2))
RESTS = dict.fromkeys(RelayFault, A_PERSON_MUST_ACT) | {RelayFault.UNREACHABLE: HURRIED}
FAULTS = {
    RelayFault.UNREACHABLE: later("ne répond pas"),
    RelayFault.ENCRYPTION: later("chiffrement impossible"),
    RelayFault.AUTHENTICATION: later("refuse notre identifiant"),
    RelayFault.SENDER: later("refuse notre adresse d’expédition"),
    RelayFault.POLICY: later("nous refuse par règle"),
}


def fault_label(fault: RelayFault) -> str:
    """« refuse notre identifiant »."""
    return _(FAULTS[fault])


class RelayDown(Exception):  # a state of the relay, not an error of the message
    """The relay takes no mail from us at all now; `detail` says why."""

    def __init__(self, fault: RelayFault, detail: str) -> None:
        super().__init__(detail)
        self.fault, self.detail = fault, detail


class Rest(NamedTuple):
    """How long a relay is left in peace, and why."""

    until: datetime
    fault: RelayFault
    detail: str


class Admission(NamedTuple):
    """Whether the relay may be called: not while it rests. It may have failed the last time."""

    rest: Rest | None
    failed_before: bool = False


def health_of(session: Session, relay: str) -> RelayHealth | None:
    """The row of a relay that has failed; None for one that works."""
    return session.get(RelayHealth, relay)


def admit(session: Session, relay: str, now: datetime) -> Admission:
    """Whether the relay may be called now.

    After a rest, whoever asks first may, and the others wait two minutes for what comes of it.
    """
    query = select(RelayHealth).where(RelayHealth.relay == relay).with_for_update()
    health = session.scalar(query)
    if health is None:
        return Admission(None)
    if now < health.rests_until:
        return Admission(_rest(health), failed_before=True)
    health.rests_until = now + A_TRY
    session.flush()
    return Admission(None, failed_before=True)


def failed(session: Session, relay: str, down: RelayDown, now: datetime) -> Rest:
    """Note that the relay took nothing from us; it rests from now on."""
    fresh = {"relay": relay, "failures": 0, "since": now, "rests_until": now}
    insert_once(session, RelayHealth, fresh | {"fault": down.fault, "detail": down.detail})
    query = select(RelayHealth).where(RelayHealth.relay == relay).with_for_update()
    health = session.scalars(query.execution_options(populate_existing=True)).one()
    health.failures += 1
    health.fault, health.detail = down.fault, down.detail
    first, longest = RESTS[down.fault]
    pause = min(first * (1 << min(health.failures - 1, MOST_DOUBLINGS)), longest)
    health.rests_until = now + spread(pause, f"{relay}:{health.failures}")
    session.flush()
    return _rest(health)


def _rest(health: RelayHealth) -> Rest:
    return Rest(health.rests_until, health.fault, health.detail)


def recovered(session: Session, relay: str) -> bool:
    """The relay works, or a person says so: forget its failures. Whether there were any."""
    gone = delete(RelayHealth).where(RelayHealth.relay == relay).returning(RelayHealth.relay)
    return session.scalar(gone) is not None
