"""`make bench`: every figure of the project that is about speed or memory, as a ratio in the same run."""

import sys
from collections.abc import Iterator

from bench import clock, delivering, importing, pages, starting, sweeping
from bench.measure import Figure


def main() -> int:
    """Measure, print a line per figure, and fail when one is beyond its limit."""
    beyond = False
    for figure in _figures(large="--large" in sys.argv):
        beyond |= figure.beyond
        print(figure, flush=True)
    return 1 if beyond else 0


def _figures(*, large: bool) -> Iterator[Figure]:
    if large:
        yield from sweeping.figures(sweeping.LARGE)
        yield from pages.figures(pages.LARGE)
        return
    for measure in (starting.help_ratio, starting.status_ratio, importing.memory):
        yield measure()
    yield delivering.throughput()
    yield from sweeping.figures()
    yield from pages.figures(pages.QUICK)
    yield delivering.memory()
    yield clock.scheduled()
    yield from clock.prefect()


if __name__ == "__main__":
    sys.exit(main())
