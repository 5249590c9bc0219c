"""The figures of the installation in the words of Prometheus."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client.registry import Collector

from models.errors import JalonError
from workflows.vitals import Pulse, Vitals, vitals

__all__ = ["CONTENT_TYPE", "exposition"]


def exposition(now: datetime) -> bytes:
    """Everything there is to scrape; when the database is away, that it is."""
    registry = CollectorRegistry()
    registry.register(_Figures(now))
    return generate_latest(registry)


class _Figures(Collector):
    """Reads the database when it is scraped, so that nothing is counted in a process and lost with it."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> list[Gauge]:
        return []  # or registering would already read the database

    def collect(self) -> Iterator[Gauge]:
        try:
            found = vitals(self._now)
        except JalonError:
            yield Gauge("jalon_up", "1 while the database answers", 0)
            return
        yield Gauge("jalon_up", "1 while the database answers", 1)
        yield from _of_the_mail(found)
        yield Gauge(
            "jalon_late_obligations",
            "Obligations still open after their date",
            found.late_obligations,
        )
        yield from _of_the_works(found.pulses)


def _of_the_mail(found: Vitals) -> Iterator[Gauge]:
    yield Gauge(
        "jalon_oldest_waiting_message_age_seconds",
        "How long ago the message due first should have left; 0 when none is late",
        found.oldest_waiting.total_seconds(),
    )
    messages = Gauge(
        "jalon_messages", "Messages that have not left; refused: by the relay", labels=["status"]
    )
    for status, many in found.messages.items():
        messages.add_metric([status], many)
    yield messages
    breaker = Gauge(
        "jalon_relay_breaker_open",
        "1 while a relay that failed is left in peace; absent once it took mail again",
        labels=["relay"],
    )
    for relay, resting in found.resting.items():
        breaker.add_metric([relay], resting)
    yield breaker


def _of_the_works(pulses: dict[str, Pulse]) -> Iterator[Gauge]:
    age = Gauge(
        "jalon_last_tick_age_seconds", "Since the last round that went well", labels=["work"]
    )
    failed = Gauge("jalon_last_tick_failed", "1 when the latest round failed", labels=["work"])
    overdue = Gauge(
        "jalon_tick_overdue", "1 when the schedule called for a round since", labels=["work"]
    )
    for name, pulse in pulses.items():
        if pulse.age is not None:
            age.add_metric([name], pulse.age.total_seconds())
        failed.add_metric([name], bool(pulse.trouble))
        overdue.add_metric([name], pulse.overdue)
    yield from (age, failed, overdue)
    backup = pulses.get("backup")
    if backup is not None and backup.age is not None:
        seconds = backup.age.total_seconds()
        yield Gauge("jalon_backup_age_seconds", "Since the last sound backup", seconds)
