"""The named moments between composing and the final commit, at which a process may die.

In production `reached` does nothing. The harness of `make faults` puts in its place a function
that kills the process at the moment it was told.
"""

from collections.abc import Callable


def _nothing(_point: str) -> None:
    pass


reached: Callable[[str], None] = _nothing
