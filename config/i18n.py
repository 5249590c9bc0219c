"""Words for people: French is the source language, other languages are Babel catalogues over it.

`_("…")` returns its argument in French; in another language it looks it up in
`config/locale/<language>.po` and falls back to French when a line is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

SOURCE_LANGUAGE = "fr"
LOCALE_FOLDER = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


def language() -> str:
    """The language in force, as a two-letter code."""
    return _language.get()


def set_language(code: str) -> None:
    """Speak `code` from here on (in this thread or task)."""
    _language.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak `code` inside the block, then the language of before."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


@lru_cache
def _lines(code: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    path = LOCALE_FOLDER / f"{code}.po"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as handle:
        catalogue = read_po(handle, locale=code)
    return {str(m.id): str(m.string) for m in catalogue if isinstance(m.id, str) and m.string}


def gettext(text: str) -> str:
    """`text` in the language in force."""
    code = _language.get()
    return text if code == SOURCE_LANGUAGE else _lines(code).get(text, text)


_ = gettext


def later(text: str) -> str:
    """Mark `text` for the catalogues; it is translated where it is shown."""
    return text
