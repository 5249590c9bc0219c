"""What handing mail over costs: against a loop that only sends, and in memory as the outbox grows.

Everything is included: the claim, the look at the moment of leaving, the attempt and the outcome
written down. The bare loop sends the same bytes, from memory, over as many connections.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, insert, select

from bench.measure import Figure
from models import Contract, Message, Person
from models.schema import upgrade
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus
from notifications import outbox, samples
from notifications.delivery import deliver_pending
from notifications.relay import Relay

NOW = datetime(2021, 2, 15, 9, 30, tzinfo=UTC)
MAILS, CONNECTIONS, PAIRS = 1500, 8, 5
FEW, MANY = 1000, 100_000
SLOWEST, LARGEST = 2.0, 1.1


def throughput() -> Figure:
    """How much longer than the bare loop: twice as long is half its throughput."""
    with tempfile.TemporaryDirectory() as folder, _sink() as port:
        ratios, ours, bare = [], [], []
        for number in range(PAIRS):
            url = f"sqlite:///{folder}/{number}.sqlite3"
            fill(url, MAILS)
            bare.append(_seconds_bare(url, port))
            ours.append(_seconds_ours(url, port))
            ratios.append(ours[-1] / bare[-1])
            engine_for(url).dispose()
    detail = (
        f"{MAILS / statistics.median(ours):.0f} against {MAILS / statistics.median(bare):.0f} mails/s,"
        f" {CONNECTIONS} connections, {PAIRS} pairs: {1 / statistics.median(ratios):.2f} of its throughput"
    )
    name = "delivery, time against a bare loop that sends"
    return Figure(name, statistics.median(ratios), SLOWEST, "x", detail)


def memory() -> Figure:
    """How much larger the process is with a hundred times as many messages."""
    with _sink() as port:
        few, many = (_measured(count, port) for count in (FEW, MANY))
    detail = (
        f"{few['mb']:.0f} MB for {FEW} mails, {many['mb']:.0f} MB for {MANY};"
        f" {many['seconds']:.0f} s, {MANY / many['seconds']:.0f} mails/s"
    )
    name = "delivery, peak memory as the outbox grows"
    return Figure(name, many["mb"] / few["mb"], LARGEST, "x", detail)


def fill(url: str, count: int) -> None:
    """A database with so many mails to send: one that was composed, and copies under other keys."""
    upgrade(url)
    with transaction(url) as session:
        contract = Contract(
            code="CV112", name="Montpellier", starts_on=NOW.date(), ends_on=NOW.date()
        )
        person = Person(email="claire@asso.example", name="Claire")
        session.add_all([contract, person])
        session.flush()
        first = outbox.owe(session, key="award:0:1", template="award", context=samples.AWARD,
                           person=person, contract_id=contract.id, now=NOW)  # fmt: skip
        columns = [c.name for c in Message.__table__.columns if c.name != "id"]
        row = {name: getattr(first, name) for name in columns}
        for start in range(1, count, 1000):
            session.execute(insert(Message), [
                row | {"key": f"award:{n}:1", "message_id": f"<{n}@example.org>"}
                for n in range(start, min(start + 1000, count))
            ])  # fmt: skip


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "bench.sink"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as sink:
        assert sink.stdout is not None
        assert sink.stdin is not None
        yield int(sink.stdout.readline())
        sink.stdin.close()


def _seconds_ours(url: str, port: int) -> float:
    relay = Relay("127.0.0.1", port, tls="none", connections=CONNECTIONS)
    started = time.perf_counter()
    report = deliver_pending(relay, clock=lambda: NOW, worker="bench", url=url)
    spent = time.perf_counter() - started
    with reading(url) as session:
        sent = select(func.count()).where(Message.status == MessageStatus.SENT)
        assert session.scalar(sent) == report.sent
    return spent


def _seconds_bare(url: str, port: int) -> float:
    with reading(url) as session:
        contents = list(session.scalars(select(Message.content)))
    started = time.perf_counter()
    asyncio.run(_bare(port, contents))
    return time.perf_counter() - started


async def _bare(port: int, contents: list[bytes]) -> None:
    async def lane(client: "SMTP") -> None:
        await client.connect()
        while contents:
            await client.sendmail("jalon@example.org", ["claire@asso.example"], contents.pop())
        await client.quit()

    from aiosmtplib import SMTP

    clients = [
        SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="localhost")
        for _number in range(CONNECTIONS)
    ]
    await asyncio.gather(*map(lane, clients))


def _measured(count: int, port: int) -> dict[str, float]:
    """In a process of its own, that delivers them all."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'jalon.sqlite3'}"
        fill(url, count)
        engine_for(url).dispose()
        command = [sys.executable, "-m", "bench.delivering", url, str(port)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found: dict[str, float] = json.loads(told)
        assert found["sent"] == count
        return found


def main(url: str, port: int) -> None:
    """Deliver everything, and tell how large this process became."""
    relay = Relay("127.0.0.1", port, tls="none", connections=CONNECTIONS)
    started = time.perf_counter()
    sent = deliver_pending(relay, clock=lambda: NOW, worker="bench", url=url).sent
    spent = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"sent": sent, "seconds": spent, "mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
