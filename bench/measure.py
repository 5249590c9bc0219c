"""Whole processes, timed in turn: the ratio of medians holds when the machine's speed drifts."""

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 15
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Figure:
    """One result: what, how much, and the most it may be."""

    name: str
    value: float
    limit: float
    unit: str
    detail: str = ""

    @property
    def beyond(self) -> bool:
        """Whether it is worse than its limit."""
        return self.value > self.limit

    def __str__(self) -> str:
        verdict = "TOO MUCH" if self.beyond else "ok"
        return (
            f"{self.name:<52} {self.value:8.2f} {self.unit:<6}"
            f" (at most {self.limit:g})  {verdict}  {self.detail}"
        )


def ratio(
    ours: Sequence[str],
    floor: Sequence[str],
    env: Mapping[str, str] | None = None,
    rounds: int = ROUNDS,
) -> tuple[float, str]:
    """The median of A/B over `rounds` pairs run in turn, and both medians in words."""
    once(ours, env)
    once(floor, env)
    pairs = [(once(ours, env), once(floor, env)) for _round in range(rounds)]
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    together = statistics.median(x / y for x, y in pairs)
    return together, f"{a * 1000:.0f} ms against {b * 1000:.0f} ms, median of {rounds} pairs"


def once(command: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Seconds that the command takes; it must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
