"""`jalon outbox relay`: the health of the mail relay, in words or for scripts."""

from typing import Any
from zoneinfo import ZoneInfo

from cli.common import emit_json, write
from config.i18n import gettext as _
from config.settings import load_settings
from models import RelayHealth
from models.session import reading, transaction
from notifications.breaker import fault_label, health_of, recovered
from notifications.relay import Relay


def told(*, retry: bool, json: bool) -> None:
    """Say it; with `retry`, forget the failures so that the next round calls the relay."""
    relay = Relay.of(load_settings())
    if relay is None:
        _say(
            {"relay": None}, json, _("Aucun relais : tout le courrier est gardé sur cette machine.")
        )
        return
    if retry:
        with transaction() as session:
            recovered(session, str(relay))
    with reading() as session:
        health = health_of(session, str(relay))
        if health is None:
            sound = _("{relay} : rien à signaler.").format(relay=relay)
            _say({"relay": str(relay), "rests_until": None}, json, sound)
        else:
            _say(_state(health), json, _sentence(health))


def _state(health: RelayHealth) -> dict[str, Any]:
    return {
        "relay": health.relay,
        "rests_until": health.rests_until.isoformat(),
        "fault": health.fault,
        "detail": health.detail,
        "failures": health.failures,
        "since": health.since.isoformat(),
    }


def _sentence(health: RelayHealth) -> str:
    until = health.rests_until.astimezone(ZoneInfo("Europe/Paris"))
    return _(
        "{relay} {fault} ({detail}) ; échecs de suite : {failures}. Laissé en repos jusqu’au"
        " {until}."
    ).format(
        relay=health.relay,
        fault=fault_label(health.fault),
        detail=health.detail,
        failures=health.failures,
        until=f"{until:%d/%m/%Y %H:%M}",
    )


def _say(state: dict[str, Any], json: bool, text: str) -> None:  # told as given
    if json:
        emit_json(state)
    else:
        write(text)
