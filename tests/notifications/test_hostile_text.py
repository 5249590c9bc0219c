"""Hostile words in every field of every message: the same page, the same headers, one recipient."""

from email import message_from_bytes
from email.policy import default
from enum import Enum
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from notifications.catalogue import CATALOGUE, Entry
from notifications.composing import Envelope, compose
from notifications.contexts import Context
from notifications.rendering import render
from notifications.sender import Sender
from tests.notifications.world import NOW

pytestmark = pytest.mark.slow

SENDER = Sender("jalon@ville.example", "Jalon", "equipe@ville.example")
SAID = {"aria-label", "href", "title"}  # attributes that hold words
ATTACKS = (
    "<script>alert(1)</script>", "</td></tr></table>", "<img src=x onerror=alert(1)>", "<!--",
    "' onmouseover='x", '" style="x', "&lt;b&gt;", "]]>", "{{ 7 * 7 }}", "{% include 'x' %}",
    "%(reference)s %s", "\r\nBcc: intrus@mal.example", "\nTo: intrus@mal.example",
    "=?utf-8?q?=0ABcc:_x@mal.example?=", "a@mal.example, b@mal.example", "\u202egnp.exe", "\x00",
    "\u2028ligne", "<style>*{display:none}</style>", "é" * 300, "mot " * 80, "…\t…", "\ufeff",
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(max_size=60),
    st.lists(st.sampled_from(ATTACKS), min_size=2, max_size=3).map("".join),
).map(lambda text: f"x{text}")  # never empty: an absent word makes another page, rightly


class Shape(HTMLParser):
    """The tags of a page with their attributes, words left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [(n, v) for n, v in attrs if n not in SAID]))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 # the parser’s signature
        self.tags.append("comment")


def replaced(value: Any, new: Any) -> Any:
    """The same data with every word changed by `new`; dates, amounts and choices stay."""
    if isinstance(value, dict):
        return {key: replaced(one, new) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(one, new) for one in value]
    if isinstance(value, str) and not isinstance(value, Enum) and value:
        return new(value)
    return value


def tame(context: Context) -> Context:
    """The same context in which each line of words is one harmless word."""
    lines = replaced(
        context.model_dump(),
        lambda text: "\n".join("mot" for line in text.splitlines() if line) or "mot",
    )
    return type(context).model_validate(lines)


def headers(entry: Entry, context: Context, name: str) -> tuple[list[str], list[str]]:
    """The names of the headers as a reader finds them, and who gets the mail."""
    envelope = Envelope(
        key=f"{entry.key}:1:1", template=entry.key, name=name, address="claire@asso.example",
        contract_code=context.contract_code, composed_at=NOW, reference=context.reference,
    )  # fmt: skip
    mail = message_from_bytes(compose(envelope, render(entry.key, context), SENDER), policy=default)
    return list(mail.keys()), [one.addr_spec for one in mail["to"].addresses]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],  # an attack needs no shrinking to be read
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_hostile_words_change_neither_the_page_nor_the_headers(
    entry: Entry, data: st.DataObject
) -> None:
    hostile = entry.context.model_validate(
        replaced(entry.sample.model_dump(), lambda _text: data.draw(WORDS))
    )
    calm = tame(hostile)

    assert Shape(render(entry.key, hostile).html).tags == Shape(render(entry.key, calm).html).tags
    assert "\n" not in render(entry.key, hostile).subject
    found, to = headers(entry, hostile, data.draw(WORDS))
    assert (found, to) == (headers(entry, calm, "Claire")[0], ["claire@asso.example"])
