"""What some tests need of the machine: without it they say so and are skipped; in CI they fail."""

import os
import shutil
from typing import NoReturn

import pytest

REQUIRED = os.environ.get("JALON_TEST_REQUIRE_PROGRAMS") == "1"


def program(name: str, package: str) -> str:
    """Where the program is; the test ends here without it."""
    return shutil.which(name) or _absent(name, package)


def pango() -> None:
    """WeasyPrint finds the library that sets its type; the test ends here without it."""
    try:
        import weasyprint  # noqa: F401 # loading it is the question
    except OSError:
        _absent("Pango", "libpangoft2-1.0-0")


def _absent(name: str, package: str) -> NoReturn:
    said = f"{name} is not on this machine: apt-get install {package}"
    if REQUIRED:
        pytest.fail(said)
    pytest.skip(said)
