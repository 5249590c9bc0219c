"""Every message of the catalogue: its folder is whole, its sample reads well in text and in HTML."""

import re
from html.parser import HTMLParser

import pytest

from config.i18n import LOCALE_FOLDER
from models.vocabulary import Act, Trigger
from notifications.catalogue import BY_THE_CALENDAR, CATALOGUE, OF_ACCOUNTS, Entry
from notifications.cause import Audience
from notifications.contexts import Context
from notifications.rendering import FOLDER, WIDTH, render

EACH = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
PARTS = {"subject.txt", "body.txt", "body.html"}


class Page(HTMLParser):
    """The words and the tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in {"style", "title", "head"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "title", "head"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()


@EACH
def test_the_folder_is_whole(entry: Entry) -> None:
    assert {path.name for path in (FOLDER / entry.key).iterdir()} == PARTS


def test_no_folder_without_its_entry() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == {entry.key for entry in CATALOGUE}


@EACH
def test_the_sample_renders(entry: Entry) -> None:
    words = render(entry.key, entry.sample)

    assert isinstance(entry.sample, entry.context)
    assert "\n" not in words.subject
    assert 10 < len(words.subject) <= 130
    for part in words:
        assert not re.search(r"\{\{|\}\}|\{%|%\}|%\(|None|True|False", part)
    assert len(words.html.encode()) < 100_000


@EACH
def test_the_text_part_is_complete_and_wrapped(entry: Entry) -> None:
    words = render(entry.key, entry.sample)

    lines = [line for line in words.text.splitlines() if not line.startswith("https://")]
    assert max(map(len, lines)) <= WIDTH
    assert "\n\n\n" not in words.text
    assert words.text.startswith("Bonjour,\n")
    assert "equipe@ville.example" in words.text
    missing = set(_bare(Page(words.html).words)) - set(_bare(words.text.split()))
    heading = set(_bare(_heading(words.html)))
    tables = {"financeur", "demandé", "décision", "montant"}  # column headers
    assert missing - heading - tables == set()


@EACH
def test_the_page_is_accessible_and_loads_nothing(entry: Entry) -> None:
    page = Page(render(entry.key, entry.sample).html)
    names = [name for name, _attributes in page.tags]

    assert dict(page.tags)["html"]["lang"] == "fr"
    assert names.count("h1") == 1
    assert not {"img", "link", "script", "iframe", "object", "form"} & set(names)
    assert not [a for _name, a in page.tags if {"src", "background"} & set(a)]
    assert {name for name, a in page.tags if "href" in a} <= {"a"}
    assert "url(" not in render(entry.key, entry.sample).html
    layout = [a for name, a in page.tags if name == "table" and "data" not in (a["class"] or "")]
    assert [a.get("role") for a in layout] == ["presentation"] * len(layout)
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.tags


@EACH
def test_dark_mode_and_narrow_screens_survive_the_inliner(entry: Entry) -> None:
    html = render(entry.key, entry.sample).html
    assert html.count("@media") == 2
    assert "prefers-color-scheme" in html
    assert '<p style="margin' in html


@EACH
def test_the_subject_names_the_application(entry: Entry) -> None:
    subject = render(entry.key, entry.sample).subject
    assert subject.startswith(f"[{entry.sample.reference}] ") or entry in (
        *BY_THE_CALENDAR,
        *OF_ACCOUNTS,
    )


@EACH
def test_contexts_refuse_an_unknown_field(entry: Entry) -> None:
    assert entry.context.model_config["extra"] == "forbid"
    assert entry.context.model_config["frozen"] is True


def test_the_sentences_of_both_parts_are_the_same_for_translators() -> None:
    """A sentence in the HTML that the text does not have would be translated once only."""
    odd = {}
    for entry in CATALOGUE:
        text, html = (
            _sentences((FOLDER / entry.key / name).read_text())
            for name in ("body.txt", "body.html")
        )
        if only := html - text - _headings(entry.key):
            odd[entry.key] = only
    assert odd == {}


def test_a_language_without_a_catalogue_is_french() -> None:
    assert not (LOCALE_FOLDER / "xx.po").exists()
    assert render("award", _sample("award"), "xx") == render("award", _sample("award"))


def test_every_trigger_tells_somebody() -> None:
    assert {entry.on for entry in CATALOGUE} >= set(Trigger)
    assert {Act.ASK_PIECE, Act.RECEIVE_REPORT, Act.RETURN_REPORT} <= {e.on for e in CATALOGUE}


def test_only_what_the_calendar_brings_has_no_cause() -> None:
    without = [entry for entry in CATALOGUE if entry.on is None or entry.build is None]
    assert without == [*BY_THE_CALENDAR, *OF_ACCOUNTS]
    assert {entry.audience for entry in CATALOGUE} == {None, *Audience}


def test_a_mail_that_stands_in_for_another_says_so() -> None:
    told = _sample("award").model_copy(update={"instead_of": "Les Mains vertes"})
    words = render("award", told)
    assert "à la place de son destinataire (Les Mains vertes)" in " ".join(words.text.split())
    assert "Les Mains vertes" in words.html
    assert "à la place" not in render("award", _sample("award")).text


def _sample(key: str) -> Context:
    return next(entry.sample for entry in CATALOGUE if entry.key == key)


def _bare(words: list[str]) -> list[str]:
    return [bare for word in words if (bare := re.sub(r"\W", "", word).lower())]


def _heading(html: str) -> list[str]:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    assert found is not None
    return found[1].split()


def _sentences(source: str) -> set[str]:
    blocks = set(re.findall(r"\{% trans.*?%\}(.*?)\{% endtrans %\}", source, re.DOTALL))
    return blocks | set(re.findall(r'_\("(.*?)"\)', source))


def _headings(key: str) -> set[str]:
    source = (FOLDER / key / "body.html").read_text()
    return _sentences("".join(re.findall(r"\{% block heading %\}.*?\{% endblock %\}", source)))
