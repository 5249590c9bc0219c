"""The pages that no address of the navigation leads to: mailed links, previews, results; and none left out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from models import Person
from models.session import reading, transaction
from models.vocabulary import Role
from notifications.posting import UNSUBSCRIBE_PATH
from notifications.tokens import unsubscribe_token
from tests.web.browser import DESKTOP, PHONE, chromium, faults, page_of
from tests.web.site import NOW, OWN, Site, open_site
from tests.web.test_access import ROUTES
from tests.web.test_answer_links import SECRET, answer_address
from tests.web.test_life import link_to
from tests.web.test_pages import PAGES
from workflows.accounts.links import first_link

FILES = {  # no pages: files, calendars, probes, and what only leads elsewhere
    "live", "ready", "metrics", "static", "theme", "export", "application_sheet", "committee_sheet",
    "file", "draft_file", "feed", "come_back", "toward", "message_page", "template_page",
}  # fmt: skip
LOOKED_AT = {  # elsewhere than in PAGES
    "open_link": "here",
    "open_first": "here",
    "open_answer": "here",
    "ask_stop": "here",
    "review_draft": "test_life.py",
    "report": "test_life.py",
    "read_report": "test_life.py",
}


def test_no_page_is_left_out() -> None:
    pages = {name: route for name, route in ROUTES.items() if "GET" in (route.methods or set())}
    seen = {
        name
        for name, route in pages.items()
        if any(route.path_regex.match(address.partition("?")[0]) for _role, address in PAGES)
    }
    left_out = set(pages) - seen - FILES - set(LOOKED_AT)
    assert left_out == set(), "add it to PAGES of test_pages.py, or say here where it is looked at"


@pytest.fixture(scope="module")
def signing_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("between"), mail_secret=SECRET) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def held(page: Page) -> None:
    found = {}
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        found[width] = faults(page)
    assert {width: said for width, said in found.items() if said} == {}, page.url


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.xdist_group("browser")
def test_links_of_mails(signing_site: Site, browser: Browser) -> None:
    site = signing_site
    answer = answer_address(site)
    with reading(site.url) as session:
        person = session.scalars(select(Person).where(Person.active)).first()
        assert person is not None
        stop = UNSUBSCRIBE_PATH + unsubscribe_token(SECRET.encode(), person.id, "call_open")
    with page_of(browser, site) as page:
        page.goto(answer)
        held(page)
        page.get_by_role("button", name="Demander un délai").click()
        held(page)
        page.get_by_label("Nouvelle date souhaitée").fill("2022-12-01")
        page.get_by_label("Pourquoi").fill("La trésorière est absente.")
        page.get_by_role("button", name="Demander un délai").click()
        held(page)
        page.goto(stop)
        held(page)
        page.goto("/connexion")
        page.get_by_label("Adresse électronique").fill("grantee@essai.example")
        page.get_by_role("button", name="Recevoir un lien").click()
        held(page)
        page.goto(link_to(site, "grantee@essai.example", page))
        held(page)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.xdist_group("browser")
def test_many_at_once(signing_site: Site, browser: Browser) -> None:
    with page_of(browser, signing_site, signing_site.as_role(Role.MANAGER)) as page:
        page.goto("/dossiers?etat=submitted")
        page.get_by_label("Étape").select_option("declare_ineligible")
        page.get_by_role("button", name="Préparer pour toute la liste").click()
        held(page)
        page.locator("main button[type=submit]").first.click()
        held(page)
        page.get_by_label("Motif").fill("Hors du champ de l’appel.")
        page.locator("main button[type=submit]").first.click()
        held(page)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.xdist_group("browser")
def test_what_the_team_sees_before_it_validates(browser: Browser, tmp_path: Path) -> None:
    with (
        open_site(tmp_path) as site,  # its own: above, what was submitted moves on
        page_of(browser, site, site.as_role(Role.MANAGER)) as page,
    ):
        page.goto(f"/dossiers/{OWN}/modifier")
        page.get_by_label("Titre de l’action").fill("")
        page.get_by_role("button", name="Voir ce que cela fera").last.click()
        held(page)
        page.get_by_label("Titre de l’action").fill("Ateliers vélo")
        page.get_by_label("Motif").fill("Coquille")
        page.get_by_role("button", name="Voir ce que cela fera").last.click()
        held(page)
        page.goto("/calendrier/comites")
        page.get_by_label("Jour de la séance").fill("2021-03-30")
        page.get_by_role("button", name="Voir ce qui bougerait").last.click()
        held(page)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.xdist_group("browser")
def test_the_first_manager(browser: Browser, tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        with transaction(site.url) as session:
            session.execute(update(Person).values(active=False))  # as on a fresh installation
            secret = first_link(session, NOW)
        assert secret
        with page_of(browser, site) as page:
            page.goto(f"/premiere-connexion/{secret}")
            held(page)
