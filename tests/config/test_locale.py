"""The English catalogue: whole, faithful to the French sentences, and really spoken."""

import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from config.i18n import LOCALE_FOLDER, gettext, speaking
from config.labels import OUTCOMES, ROLES, STATES, TRIGGERS, role_label, trigger_label
from config.locale.extraction import policies, tables
from config.policy import load_policies
from config.settings import Settings
from config.vocabulary import Duty
from notifications.catalogue import CATALOGUE, Entry
from notifications.rendering import render
from notifications.sender import current_sender
from tests.workflows.conftest import filled_template, world_url

__all__ = ["filled_template", "world_url"]
ROOT = Path(__file__).parents[2]
ENGLISH = LOCALE_FOLDER / "en.po"
PLACE = re.compile(r"%\(\w+\)[sd]|\{[^{}]*\}")
SAME = {  # words that are spelt alike in both languages, or stay as they are
    "Active", "Arguments", "Contact", "Enjeu", "Fiche", "Fiche {number}", "Fiches", "Journal",
    "Options", "Table", "Total", "[options]", "enjeu", "enjeu {number}", "fiche %(number)s", "import", "fiche",
    "description",
    "%(what)s (%(count)s)", "{name} ({address})", "{rule} – {basis}", "chmod o-rwx {path}",
    "state", "outcome",  # keys, which Babel takes for words in `_(TABLE[row["state"]])`
}  # fmt: skip
FRENCH = {
    "bonjour", "vous", "votre", "vos", "nous", "notre", "nos", "est", "sont", "sera", "été", "avec",
    "pour", "dans", "sur", "une", "des", "les", "aux", "qui", "que", "pas", "cette", "ces", "elle",
    "leur", "par", "avant", "après", "dossier", "demande", "appel", "rappel", "échéance", "merci",
}  # fmt: skip


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    """Every French sentence, found as `make messages` finds it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as handle:
        methods, options = parse_mapping_cfg(handle)  # type: ignore[no-untyped-call]
    keywords: dict[str, Any] = {**DEFAULT_KEYWORDS, "later": None}
    found = set()
    for _file, _line, message, _notes, _context in extract_from_dir(
        ROOT, methods, options, keywords
    ):
        assert isinstance(message, str), f"a plural cannot be translated yet: {message}"
        found.add(message)
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as handle:
        return read_po(handle, locale="en", abort_invalid=True)


def lines(catalogue: Catalog) -> dict[str, str]:
    return {str(m.id): str(m.string) for m in catalogue if m.id}


def test_every_sentence_has_its_english(sentences: set[str], english: Catalog) -> None:
    said = {source for source, words in lines(english).items() if words.strip()}
    assert sorted(sentences - said) == [], "run: make messages, then write the English in en.po"


def test_nothing_is_left_over_or_doubtful(sentences: set[str], english: Catalog) -> None:
    assert sorted(lines(english).keys() - sentences) == [], "run: make messages"
    assert dict(english.obsolete) == {}
    assert [m.id for m in english if m.id and m.fuzzy] == []


def test_sentences_are_found_wherever_they_stand(sentences: set[str]) -> None:
    deadlines = [load_policies().deadlines[duty] for duty in Duty]
    shown = {text for policy in deadlines for text in (policy.label, policy.expected)}
    labels = {*OUTCOMES.values(), *ROLES.values(), *TRIGGERS.values()} - {"Jalon"}
    assert shown | labels | {word for both in STATES.values() for word in both} <= sentences
    assert {
        "Bonjour,",
        "Qui doit quoi et pour quand ; répondre à un rappel.",
        "Bilan N-1 reçu le",
    } <= sentences


def test_placeholders_and_outer_spaces_are_the_same(english: Catalog) -> None:
    for source, words in lines(english).items():
        assert sorted(PLACE.findall(words)) == sorted(PLACE.findall(source)), source
        assert _margins(words) == _margins(source), source


def _margins(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_english_is_set_as_english(english: Catalog) -> None:
    wrong = [
        words
        for words in lines(english).values()
        if re.search(r"[«»\u00a0\u202f]|(?<=\S)\s[:;?!](?!\w)", words) or words.count("“") != words.count("”")
    ]  # fmt: skip
    assert wrong == []


def test_nothing_was_copied_untranslated(english: Catalog) -> None:
    assert [s for s, words in lines(english).items() if s == words and s not in SAME] == []


def test_the_catalogue_holds_no_place_of_the_sources() -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    assert not re.search(r"^#[:~,] *(/|.*\.py|fuzzy)|^#~|EMAIL@ADDRESS", text, re.MULTILINE)
    sources = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sources == sorted(sources)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
def test_mail_in_english_holds_no_french(entry: Entry) -> None:
    rendered = render(entry.key, entry.sample, "en")
    page = html.unescape(re.sub(r"<[^>]*>", " ", rendered.html))
    data = [*_texts(entry.sample.model_dump(mode="json")), current_sender().name]
    for part in (rendered.subject, rendered.text, page):
        assert FRENCH & set(re.findall(r"\w+", _without(part, data).lower())) == set()
    assert "Hello," in rendered.text
    assert 'lang="en"' in rendered.html


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (line for line in value.splitlines() if line)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _without(part: str, data: list[str]) -> str:
    part = " ".join(part.split())
    for text in sorted({" ".join(text.split()) for text in data}, key=len, reverse=True):
        part = part.replace(text, " ")
    return part


def test_words_of_the_database_are_spoken() -> None:
    with speaking("en"):
        assert trigger_label("declare_eligible") == "Declare admissible"
        assert role_label("pilot") == "pilot of the fiche"
    assert role_label("pilot") == "pilote de la fiche"


def test_status_speaks_the_language_of_the_machine(world_url: str) -> None:
    own = os.environ | {"JALON_DATABASE_URL": world_url, "JALON_LOCALE": "en_GB"}
    command = [sys.executable, "-c", "from cli.main import main; main()", "status"]
    done = subprocess.run(command, env=own, cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.match(
        r"Call 2021: 0 applications, .* requested, .* awarded, .* paid$", done.stdout, re.MULTILINE
    )
    assert re.search(r"^State +Applications +Requested +Awarded +Paid$", done.stdout, re.MULTILINE)
    for word in ("Submitted", "Admissible", "At committee", "Report due"):
        assert word in done.stdout


def test_labels_of_a_policy_are_read_wherever_they_are() -> None:
    source = b"a:\n  label: un\n  rule: deux\n  b:\n    expected: trois\n"
    assert [found[2] for found in policies(BytesIO(source), (), (), {})] == ["un", "trois"]


def test_words_of_a_table_are_read_and_a_lost_table_is_said() -> None:
    source = b'from config.i18n import gettext as _\nT = {"a": "un", "b": Part("m", "deux")}\nprint(_("trois"))\n'
    found = tables(BytesIO(source), {"_": None}, (), {"names": "T"})
    assert sorted(message for _line, _name, message, _notes in found) == ["deux", "trois", "un"]
    with pytest.raises(ValueError, match="no such table: U"):
        list(tables(BytesIO(source), {"_": None}, (), {"names": "U"}))


def test_every_setting_is_explained_in_english_too() -> None:
    said = [field.description or "" for field in Settings.model_fields.values()]
    with speaking("en"):
        assert [text for text in said if gettext(text) == text] == []
