"""A real Chromium, and what every page must hold in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.needs import program
from tests.web.site import Site

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE, ZOOMED = (1280, 900), (390, 844), (320, 256)  # 1280 × 1024 at 400 %
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOO_LONG_MS = 20_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the system has."""
    path = os.environ.get("JALON_TEST_CHROMIUM") or program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def page_of(
    browser: Browser,
    site: Site,
    secret: str = "",
    *,
    size: tuple[int, int] = DESKTOP,
    **options: Any,
) -> Iterator[Page]:
    """A page of a new window; it fails on an error in the console and on a request to elsewhere."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=site.address,
        locale="fr-FR",
        **options,
    )
    if secret:
        context.add_cookies([{"name": "jalon", "value": secret, "url": site.address}])
    page = context.new_page()
    page.set_default_timeout(TOO_LONG_MS)
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.extend(_elsewhere(request.url, site)))
    yield page
    context.close()
    assert [line for line in said if "the server responded with a status of" not in line] == []


def _elsewhere(url: str, site: Site) -> list[str]:
    here = urlsplit(site.address).netloc
    return [] if urlsplit(url).netloc in {here, ""} else [f"asked elsewhere: {url}"]


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands: accessibility, width, HTML."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    said = [
        f"{rule['id']}: {node['html']} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return said + ([f"wider than the window by {wide} px"] if wide > 0 else [])


def html_faults(source: str) -> list[str]:
    """What a strict parser says of the HTML as it was sent."""
    parser = html5lib.HTMLParser()
    parser.parse(source)
    return [f"{place}: {code} {details}" for place, code, details in parser.errors]
