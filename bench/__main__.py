"""`make bench`: every figure of the project that is about speed or memory, as a ratio in the same run."""

import sys

from bench import importing, starting
from bench.measure import Figure


def main() -> int:
    """Measure, print a line per figure, and fail when one is beyond its limit."""
    figures: list[Figure] = []
    for measure in (starting.help_ratio, starting.status_ratio, importing.memory):
        figure = measure()
        figures.append(figure)
        print(figure, flush=True)
    return 1 if any(figure.beyond for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
