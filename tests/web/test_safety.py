"""What holds for every page at once: looking changes nothing, nothing is inline, nothing stays in a cache."""

import sqlite3
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from models.vocabulary import Role
from tests.web.site import OWN, Site
from tests.web.test_access import ROUTES, SAMPLES, Sample, ask

GETS = sorted(name for name, route in ROUTES.items() if "GET" in (route.methods or set()))
POSTS = sorted(set(ROUTES) - set(GETS))
KEPT = {"static", "theme"}  # files that are the same for everybody
PLAIN = {"live", "ready", "metrics"}
FRAMED = {
    "message_page",
    "template_page",
}  # a mail with its styles, shown in a frame that can do nothing
PERSONAL = {"email", "password", "tel"}  # kinds of field whose value must stand in no address


class Tags(HTMLParser):
    """Every tag of a page, with its attributes and the form that it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.method = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.method = values.get("method") or "get"
        self.found.append((tag, values, self.method))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.method = ""


@pytest.fixture(autouse=True)
def _without_limits(site: Site) -> None:
    site.forget_limits()


@pytest.fixture(scope="module")
def answers(site: Site) -> dict[str, httpx.Response]:
    """What a manager is answered by each page."""
    site.forget_limits()
    with site.client(site.as_role(Role.MANAGER)) as client:
        found = {}
        for name in GETS:
            client.event_hooks["response"] = [lambda response, n=name: found.update({n: response})]
            ask(client, name, Role.MANAGER, OWN)
        return found


def rows(site: Site) -> Iterator[str]:
    """The whole database, but for when somebody was last seen."""
    with sqlite3.connect(site.url.removeprefix("sqlite:///")) as connection:
        for line in connection.iterdump():
            if 'INTO "web_session"' not in line:
                yield line


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PILOT, Role.GRANTEE])
def test_looking_changes_nothing(site: Site, role: Role) -> None:
    secret = site.as_role(role)
    before = list(rows(site))
    with site.client(secret) as client:
        for name in GETS:
            ask(client, name, role, OWN)
    assert list(rows(site)) == before


@pytest.mark.parametrize("name", GETS)
def test_each_page_has_its_guards(answers: dict[str, httpx.Response], name: str) -> None:
    headers = answers[name].headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy or name in FRAMED
    if name in FRAMED:
        assert {"default-src 'none'", "sandbox"} <= set(policy.split("; "))
    assert "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    if name not in KEPT:
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", [name for name in GETS if name not in KEPT | PLAIN | FRAMED])
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(
    answers: dict[str, httpx.Response], name: str
) -> None:
    answer = answers[name]
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    tags = Tags(answer.text).found
    assert tags
    for tag, values, method in tags:
        assert tag != "style"
        assert tag != "script" or values.get("src")
        assert not [a for a in values if a == "style" or a.startswith("on")], (tag, values)
        loaded = values.get("src") or (values.get("href") if tag == "link" else "")
        assert not loaded or loaded.startswith("/")
        assert method != "get" or values.get("type") not in PERSONAL


def test_addresses_name_nobody() -> None:
    parts = {part for name in ROUTES for part in ROUTES[name].param_convertors}
    assert not parts & {"email", "person", "address", "siret", "contact"}


@pytest.mark.parametrize("name", POSTS)
def test_what_comes_from_another_site_changes_nothing(site: Site, name: str) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        client.headers["sec-fetch-site"] = "cross-site"
        path = ROUTES[name].path
        for part in ROUTES[name].param_convertors:
            path = path.replace(f"{{{part}}}", SAMPLES.get(name, Sample()).path.get(part, OWN))
        assert client.post(path, data={"token": "x"}).status_code == 403
