"""The board by mouse and by keyboard: a card leads to the step, which is made only once it was seen."""

import pytest
from playwright.sync_api import Browser, expect

from models.vocabulary import Role
from tests.web.browser import page_of
from tests.web.site import OWN, Site

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_card_dropped_on_a_column_opens_the_step_that_leads_there(
    site: Site, browser: Browser
) -> None:
    with page_of(browser, site, site.as_role(Role.MANAGER)) as page:
        page.goto("/tableau")
        page.drag_and_drop(f'[data-reference="{OWN}"]', '[data-state="eligible"]')
        page.wait_for_url(f"**/dossiers/{OWN}/etapes/declare_eligible")
        expect(page.get_by_role("heading", name="Si vous validez")).to_be_visible()

        page.goto("/tableau")
        page.drag_and_drop(f'[data-reference="{OWN}"]', '[data-state="funded"]')
        page.wait_for_url(f"**/dossiers/{OWN}#moves")  # no step leads there from here


def test_the_menu_of_a_card_works_by_keyboard_and_the_step_is_then_made(
    site: Site, browser: Browser
) -> None:
    with page_of(browser, site, site.as_role(Role.MANAGER)) as page:
        page.goto("/tableau")
        card = page.locator(f'[data-reference="{OWN}"]')
        card.locator("summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/dossiers/{OWN}/etapes/declare_eligible")
        page.get_by_role("button", name="Déclarer recevable").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/dossiers/{OWN}?fait=declare_eligible")
        expect(page.get_by_role("status")).to_contain_text("Recevable")
        page.get_by_role("link", name="Corriger cette étape").click()
        page.get_by_label("Motif").fill("Clic de trop")
        page.get_by_role("button", name="Corriger la dernière étape").click()
        page.wait_for_url(f"**/dossiers/{OWN}?fait=correct")
        expect(page.get_by_role("status")).to_contain_text("Déposé")
