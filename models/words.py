"""The words of a text as search compares them: without case, accents or punctuation."""

import re

from config.organisations import spelling_key

LONGEST = 40
_BETWEEN = re.compile(r"[^\w-]+")
_DIGIT = re.compile(r"\d")


def words_of(*texts: str | None) -> set[str]:
    """Each word once. What holds a digit keeps its hyphens: a reference is one word."""
    found: set[str] = set()
    for text in texts:
        for token in _BETWEEN.split(spelling_key(text or "")):
            parts = [token] if _DIGIT.search(token) else token.replace("_", "-").split("-")
            found.update(part.strip("-")[:LONGEST] for part in parts)
    return found - {""}


def prefix_range(word: str) -> tuple[str, str]:
    """From which word on, and before which, are those that begin with `word`."""
    return word, word + "\U0010ffff"


def words_of_application(
    title: str, applicant: str, reference: str, external_reference: str | None
) -> set[str]:
    """The words that an application is found by; its number alone is one of them."""
    number = reference.rpartition("-")[2]
    return words_of(title, applicant, reference, number, external_reference)
