"""Every sentence of a mail can be translated: extracted by Babel, found again when it is written."""

import calendar
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from config import i18n
from notifications import rendering
from notifications.catalogue import CATALOGUE, Entry
from notifications.rendering import FOLDER, render

METHODS = [("**/templates/**", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**": {"trimmed": "true", "extensions": "jinja2.ext.i18n"}}
CALENDAR = {*calendar.day_name, *calendar.month_name}


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    """Everything Babel finds to translate in the product's mail."""
    found = set()
    for part in ("notifications", "config"):
        root = FOLDER.parents[1] / part
        for _file, _line, message, _notes, _context in extract_from_dir(root, METHODS, OPTIONS):
            assert isinstance(message, str), "a plural cannot be translated yet"
            found.add(message)
    return found


@pytest.fixture
def marked(sentences: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An « English » in which every sentence stands between ⟦ and ⟧."""
    catalogue = Catalog(locale="en")
    for sentence in sentences:
        catalogue.add(sentence, f"⟦{sentence}⟧")
    with (tmp_path / "en.po").open("wb") as handle:
        write_po(handle, catalogue)
    monkeypatch.setattr(i18n, "LOCALE_FOLDER", tmp_path)
    monkeypatch.setattr(rendering, "LOCALE_FOLDER", tmp_path)
    i18n._lines.cache_clear()
    yield
    i18n._lines.cache_clear()


def test_sentences_are_found_in_templates_and_in_code(sentences: set[str]) -> None:
    assert "Bonjour," in sentences
    assert "Ce que nous attendons de vous" in sentences
    assert "il reste {days} jours" in sentences
    assert not [s for s in sentences if "\n" in s or "  " in s]


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
def test_no_french_is_left_outside_the_catalogue(entry: Entry) -> None:
    words = render(entry.key, entry.sample, "en")
    told = json.dumps(entry.sample.model_dump(mode="json"), ensure_ascii=False)
    data = {*_words(told.replace("\\n", " ")), *CALENDAR}
    own = {*_words(render(entry.key, entry.sample).subject), "equipe", "ville", "example"}
    own |= set(_words(" ".join(re.findall(r"(?m)^ *jalon .*$", words.text))))  # what is typed
    for part in (words.subject, words.text):
        assert set(_words(_unmarked(part))) - data - own == set()
    assert 'lang="en"' in words.html
    assert "⟦" in words.html


@pytest.mark.usefixtures("marked")
def test_dates_and_amounts_follow_the_language() -> None:
    award = next(entry for entry in CATALOGUE if entry.key == "award")
    text = " ".join(render("award", award.sample, "en").text.split())
    assert "Tuesday 1 June 2021" in text
    assert "€28,000.50" in text
    assert "1er" not in text


def _unmarked(text: str) -> str:
    while text != (inner := re.sub(r"⟦[^⟦⟧]*⟧", "", text)):
        text = inner
    return text


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{3,}", text)
