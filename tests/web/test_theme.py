"""The theme of an installation: its sheet and logo, of a known type, under the same policy as the rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from models.vocabulary import Role
from tests.web.browser import faults, page_of
from tests.web.site import Site, open_site
from web.app import Theme, theme_of
from web.security import POLICY

STYLE = ".top { background: rgb(60, 20, 80); }\nmain { background: url(https://ailleurs.example/x.png); }"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)">'
    '<rect width="9" height="9" fill="#fff"/></svg>'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("theme")
    (folder / "theme.css").write_text(STYLE.splitlines()[0], encoding="utf-8")
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    (folder / "secret.txt").write_text("rien", encoding="utf-8")
    with open_site(tmp_path_factory.mktemp("site"), theme=folder) as opened:
        yield opened


def test_its_files_are_served_as_what_they_are_and_no_other(site: Site) -> None:
    with site.client() as client:
        page = client.get("/connexion")
        assert 'href="/theme/style.css"' in page.text
        assert 'src="/theme/logo"' in page.text
        assert page.headers["content-security-policy"] == POLICY, "nothing is loosened for it"

        style, logo = client.get("/theme/style.css"), client.get("/theme/logo")
        assert style.headers["content-type"] == "text/css; charset=utf-8"
        assert style.text == STYLE.splitlines()[0]
        assert logo.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in logo.headers["content-security-policy"], "no script, opened alone"
        for answer in (style, logo):
            assert answer.headers["x-content-type-options"] == "nosniff"
        for name in ("theme.css", "secret.txt", "logo.svg", "..%2Fsecret.txt"):
            assert client.get(f"/theme/{name}").status_code == 404


def test_a_folder_may_hold_one_or_the_other_or_neither(site: Site, tmp_path: Path) -> None:
    settings = site.settings.model_copy(update={"theme": tmp_path})
    assert theme_of(settings) == Theme()
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    (tmp_path / "logo.gif").write_bytes(b"GIF89a")
    assert theme_of(settings) == Theme(logo=tmp_path / "logo.png")
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    assert theme_of(settings).logo == tmp_path / "logo.svg", "the drawing before the picture"


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_page_takes_its_colours_and_its_logo(site: Site, browser: Browser) -> None:
    with page_of(browser, site, site.as_role(Role.MANAGER)) as page:
        page.goto("/")
        colour = "getComputedStyle(document.querySelector('.top')).backgroundColor"
        assert page.evaluate(colour) == "rgb(60, 20, 80)"
        assert page.evaluate("document.querySelector('.name img').naturalWidth > 0")
        assert faults(page) == []


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_sheet_that_calls_elsewhere_is_not_heard(site: Site, browser: Browser) -> None:
    assert site.settings.theme
    (site.settings.theme / "theme.css").write_text(STYLE, encoding="utf-8")
    asked, said = [], []
    page = browser.new_page()
    page.on("response", lambda answer: asked.append(answer.url))
    page.on("console", lambda line: said.append(line.text))
    page.goto(f"{site.address}/connexion")
    page.close()
    assert not [url for url in asked if "ailleurs.example" in url]
    assert any("Content Security Policy" in line and "ailleurs" in line for line in said)
