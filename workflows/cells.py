"""Text cells that leave in a CSV file: no spreadsheet may take one for a formula."""

import re

# A spreadsheet runs a cell that begins like this (OWASP, “CSV injection”). Apostrophes in front
# are counted in, so that guarding a cell and reading it back gives the cell again.
_RUNS = re.compile(
    "'*[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"
)


def safe_cell(value: object) -> object:
    """`value`, with an apostrophe in front of a text that a spreadsheet would run. Raises nothing.

    Numbers, dates and booleans go through as they are.
    """
    return f"'{value}" if isinstance(value, str) and _RUNS.match(value) else value


def plain_cell(value: str) -> str:
    """The text that `safe_cell` guarded. Raises nothing."""
    return value[1:] if value.startswith("'") and _RUNS.match(value) else value
