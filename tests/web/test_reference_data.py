"""Organisations and closed days on their pages: seen before, kept, refused in words with what was typed."""

import re

import httpx
import pytest
from playwright.sync_api import Browser

from models.vocabulary import Role
from tests.web.browser import faults, page_of
from tests.web.forms import token_in
from tests.web.site import Site

CLOSURES = "/calendrier/fermetures"


def numbers(client: httpx.Client) -> dict[str, str]:
    page = client.get("/annuaire").text
    found = re.findall(r'href="/annuaire/organismes/(\d+)">([^<]+)</a>', page)
    return {name: number for number, name in found}


class Keeping:
    """A manager who posts forms."""

    def __init__(self, client: httpx.Client) -> None:
        self.client, self.token = client, token_in(client.get("/annuaire").text)

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.client.post(path, data={"token": self.token, **form})


def test_an_organisation_is_added_renamed_and_united_with_its_twin(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        keeping = Keeping(client)
        made = keeping.post("/annuaire/organismes", name="Caisse de l’Hérault")
        sheet = made.headers["location"].partition("?")[0]
        assert keeping.post(sheet, intent="rename", name="Caisse 34").status_code == 303
        assert keeping.post(sheet, intent="alias", alias="La caisse").status_code == 303
        page = client.get(sheet).text
        assert ("<h1>Caisse 34</h1>" in page, "Caisse de l’Hérault" in page) == (True, True)

        taken = keeping.post(sheet, intent="alias", alias="Ville")
        assert (taken.status_code, "désigne déjà Ville" in taken.text) == (400, True)
        assert 'name="alias" value="Ville"' in taken.text, "what was typed stays"

        target = numbers(client)["CAF"]
        seen = keeping.post(f"{sheet}/reunir", target=target)
        assert (seen.status_code, "Si vous validez" in seen.text) == (200, True)
        assert client.get(sheet).status_code == 200, "nothing was done"
        done = keeping.post(f"{sheet}/reunir", target=target, intent="merge")
        assert done.headers["location"] == f"/annuaire/organismes/{target}?fait=oui"
        assert client.get(sheet).status_code == 404
        assert "La caisse" in client.get(done.headers["location"]).text


def test_the_contacts_of_an_organisation_are_kept(site: Site) -> None:
    with site.client(site.as_role(Role.ADMINISTRATOR)) as client:
        keeping = Keeping(client)
        sheet = f"/annuaire/organismes/{numbers(client)['CAF']}"
        form = {"email": "pilot@essai.example", "function": "Chargée de mission", "head": "yes"}
        assert keeping.post(sheet, intent="contact", **form).status_code == 303
        page = client.get(sheet).text
        assert ("Chargée de mission" in page, "(responsable)" in page) == (True, True)
        unknown = keeping.post(sheet, intent="contact", email="nul@essai.example")
        assert (unknown.status_code, 'value="nul@essai.example"' in unknown.text) == (404, True)
        who = re.findall(r'href="(/annuaire/personnes/\d+)"', page)[-1]
        drop = {"intent": "drop_contact", "organisation": sheet.rpartition("/")[2]}
        done = keeping.post(who, **drop, **{"from": "organisation", "confirmed": "yes"})
        assert done.headers["location"] == f"{sheet}?fait=oui"
        assert "Chargée de mission" not in client.get(sheet).text
        assert keeping.post(sheet, intent="parent", parent="9" * 30).status_code == 400


def test_a_closed_day_is_seen_before_it_is_kept(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        keeping = Keeping(client)
        due = re.findall(r"/calendrier/jour/([\d-]+)", client.get("/calendrier?mois=2021-04").text)
        day = due[0]
        form = {"intent": "close", "first": day, "label": "Pont d’essai"}
        seen = keeping.post(CLOSURES, **form)
        assert (seen.status_code, "Échéances qui bougeraient" in seen.text) == (200, True)
        assert "Pont d’essai" not in client.get(CLOSURES).text

        assert keeping.post(CLOSURES, confirmed="yes", **form).status_code == 303
        assert "Pont d’essai" in client.get(CLOSURES).text
        after = client.get("/calendrier?mois=2021-04").text
        assert f"/calendrier/jour/{day}" not in after

        again = keeping.post(CLOSURES, **form)
        assert (again.status_code, "déjà fermé" in again.text) == (400, True)
        assert 'value="Pont d’essai"' in again.text, "what was typed stays"
        assert keeping.post(CLOSURES, intent="close", first="bientôt").status_code == 400
        back = {"intent": "reopen", "first": day, "confirmed": "yes"}
        assert keeping.post(CLOSURES, **back).status_code == 303
        assert f"/calendrier/jour/{day}" in client.get("/calendrier?mois=2021-04").text


def test_who_only_reads_gets_no_form(site: Site) -> None:
    with site.client(site.as_role(Role.READER)) as client:
        for address in (CLOSURES, f"/annuaire/organismes/{numbers(client)['CAF']}"):
            assert 'name="intent"' not in client.get(address).text


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_the_pages_in_between_hold_in_a_browser_without_scripts(
    site: Site, browser: Browser
) -> None:
    secret = site.as_role(Role.MANAGER)
    with page_of(browser, site, secret, java_script_enabled=False) as page:
        page.goto(CLOSURES)
        page.get_by_label("Jour fermé").fill("2021-04-16")
        page.get_by_role("button", name="Voir ce qui bougerait").click()
        page.get_by_role("button", name="Fermer", exact=True).click()
        assert page.get_by_role("status").inner_text().startswith("C’est enregistré")
    with page_of(browser, site, secret) as page:
        page.goto(CLOSURES)
        assert faults(page) == []
        page.get_by_role("button", name="Rouvrir").first.click()
        assert faults(page) == []
        page.goto("/annuaire")
        page.get_by_role("link", name="Bpifrance", exact=True).click()
        page.get_by_label("Autre nom, sigle").fill("Ville")
        page.get_by_label("Autre nom, sigle").press("Enter")
        assert page.get_by_role("alert").is_visible()
        assert faults(page) == []
        page.get_by_label("L’organisme qui reste").select_option(label="CAF")
        page.get_by_role("button", name="Voir ce qui passerait").click()
        assert faults(page) == []
