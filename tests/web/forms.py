"""What the tests read in a form."""

import re


def token_in(page: str) -> str:
    """The token that its forms are posted with."""
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found, "no form with a token"
    return found[1]
