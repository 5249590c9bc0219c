"""The directory and the sheets of people: kept by managers, what leaving changes seen before it is done."""

import re

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from models import JournalEntry, Person, RoleGrant, WebSession
from models.session import transaction
from models.vocabulary import Role
from tests.web.browser import PHONE, faults, html_faults, page_of
from tests.web.site import Site
from tests.web.test_reference_data import Keeping, numbers

SHEET = "/annuaire/personnes"
NEW = {"email": "lea@caf.example", "name": "Léa Roy", "role": "pilot", "organisation": "CAF"}


def number_of(site: Site, email: str) -> int:
    with transaction(site.url) as session:
        return session.scalars(select(Person.id).where(Person.email == email)).one()


def grant_of(client: httpx.Client, sheet: str) -> str:
    found = re.search(r'name="grant" value="(\d+)"', client.get(sheet).text)
    assert found
    return found[1]


def sheet_of(site: Site, role: Role) -> str:
    return f"{SHEET}/{number_of(site, f'{role.value}@essai.example')}"


def test_a_person_is_added_then_withdrawn_let_go_and_brought_back(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        keeping = Keeping(client)
        made = keeping.post("/annuaire", intent="person", **NEW)
        sheet = made.headers["location"].partition("?")[0]
        assert (made.status_code, re.fullmatch(SHEET + r"/\d+", sheet) is not None) == (303, True)
        page = client.get(sheet).text
        assert ("pilote de la fiche (CAF)" in page, "Ajout à l’annuaire" in page) == (True, True)
        assert f'href="{sheet}"' in client.get("/annuaire").text
        again = keeping.post("/annuaire", intent="person", **NEW)
        assert (again.status_code, "a déjà le rôle" in again.text) == (400, True)
        assert 'value="Léa Roy"' in again.text, "what was typed stays"

        form = {"intent": "withdraw", "grant": grant_of(client, sheet)}
        seen = keeping.post(sheet, **form)
        assert seen.status_code == 200
        assert "Plus personne ne pourra donner d’avis" in seen.text
        assert html_faults(seen.text) == []
        assert grant_of(client, sheet) == form["grant"], "nothing was done"
        assert keeping.post(sheet, confirmed="yes", **form).status_code == 303
        assert "Rôle retiré : pilote de la fiche (CAF)" in client.get(sheet).text
        assert keeping.post(sheet, confirmed="yes", **form).status_code == 404, "it is gone"

        seen = keeping.post(sheet, intent="deactivate")
        assert (seen.status_code, "ne pourra plus se connecter" in seen.text) == (200, True)
        assert "Faire revenir" not in client.get(sheet).text
        assert keeping.post(sheet, intent="deactivate", confirmed="yes").status_code == 303
        assert "Faire revenir" in client.get(sheet).text
        assert keeping.post(sheet, intent="reactivate").status_code == 303
        assert keeping.post(sheet, intent="reactivate").status_code == 400
        found = keeping.post("/annuaire", intent="find", email="lea@caf.example")
        assert found.headers["location"] == sheet, "who has no role is still found"
        assert keeping.post("/annuaire", intent="find", email="nul@caf.example").status_code == 404


def test_a_name_an_address_and_a_contact_are_corrected(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        keeping = Keeping(client)
        made = keeping.post("/annuaire", intent="person", email="tom@caf.example", name="Tom")
        sheet, caf = made.headers["location"].partition("?")[0], numbers(client)["CAF"]
        assert keeping.post(sheet, intent="rename", name="Tom Puech").status_code == 303
        assert "<h1>Tom Puech" in client.get(sheet).text
        assert keeping.post(sheet, intent="role", role="reader").status_code == 303

        bad = keeping.post(sheet, intent="correct", email="manager@essai.example")
        assert (bad.status_code, 'value="manager@essai.example"' in bad.text) == (400, True)
        site.signed_in("tom@caf.example")
        done = keeping.post(sheet, intent="correct", email="tom.puech@caf.example")
        assert done.headers["location"] == f"{sheet}?fait=adresse"
        assert "part à la nouvelle adresse" in client.get(done.headers["location"]).text
        with transaction(site.url) as session:
            number = int(sheet.rpartition("/")[2])
            open_now = select(WebSession).where(WebSession.person_id == number)
            assert session.scalars(open_now).all() == []

        contact = {"intent": "contact", "organisation": caf, "function": "Chargé d’études"}
        assert keeping.post(sheet, head="yes", **contact).status_code == 303
        assert "Chargé d’études (responsable)" in client.get(sheet).text
        drop = {"intent": "drop_contact", "organisation": caf, "from": "organisation"}
        seen = keeping.post(sheet, **drop)
        assert "Ne plus écrire à Tom Puech pour CAF" in seen.text
        assert f'href="/annuaire/organismes/{caf}"' in seen.text, "back to where one came from"
        done = keeping.post(sheet, confirmed="yes", **drop)
        assert done.headers["location"] == f"/annuaire/organismes/{caf}?fait=oui"
        assert keeping.post(sheet, intent="contact", organisation="999999").status_code == 404
        assert keeping.post(sheet, intent="contact", organisation="9" * 30).status_code == 400
        assert keeping.post(sheet, intent="withdraw", grant="x").status_code == 400
        assert keeping.post(sheet, intent="autre").status_code == 400
    assert client_status(site, f"{SHEET}/{'9' * 30}") == 400
    assert client_status(site, f"{SHEET}/999999") == 404


def client_status(site: Site, address: str) -> int:
    with site.client(site.as_role(Role.MANAGER)) as client:
        return client.get(address).status_code


def test_nobody_shuts_out_themselves_or_an_administrator(site: Site) -> None:
    mine, admin = sheet_of(site, Role.MANAGER), sheet_of(site, Role.ADMINISTRATOR)
    with site.client(site.as_role(Role.MANAGER)) as client:
        keeping = Keeping(client)
        refused = keeping.post(mine, intent="withdraw", grant=grant_of(client, mine))
        assert (refused.status_code, "le dernier qui vous laisse" in refused.text) == (422, True)
        assert keeping.post(mine, intent="deactivate", confirmed="yes").status_code == 422
        for form in (
            {"intent": "correct", "email": "voleur@essai.example"},
            {"intent": "deactivate", "confirmed": "yes"},
        ):
            assert keeping.post(admin, **form).status_code == 422
        assert 'name="grant"' not in client.get(admin).text
        named = keeping.post(mine, intent="role", role="administrator")
        assert (named.status_code, "Seul un administrateur" in named.text) == (422, True)
        assert 'value="administrator"' not in client.get(mine).text
    with site.client(site.as_role(Role.ADMINISTRATOR)) as client:
        assert 'value="administrator"' in client.get(mine).text
        assert Keeping(client).post(mine, intent="role", role="administrator").status_code == 303
    with transaction(site.url) as session:  # as it was, for the other tests
        person = number_of(site, "manager@essai.example")
        more = (RoleGrant.person_id == person) & (RoleGrant.role == Role.ADMINISTRATOR)
        session.delete(session.scalars(select(RoleGrant).where(more)).one())


def test_the_journal_says_who_did_it(site: Site) -> None:
    me = number_of(site, "manager@essai.example")
    with site.client(site.as_role(Role.MANAGER)) as client:
        Keeping(client).post("/annuaire", intent="person", email="qui@caf.example")
    with transaction(site.url) as session:
        last = select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)
        entry = session.scalars(last).one()
        assert (entry.action, entry.actor_id) == ("keep_person", me)


def test_who_only_reads_gets_no_form_and_no_journal(site: Site) -> None:
    with site.client(site.as_role(Role.READER)) as client:
        page = client.get(sheet_of(site, Role.PILOT)).text
        assert ('name="intent"' in page, "Au journal" in page) == (False, False)
        assert 'name="intent"' not in client.get("/annuaire").text


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_role_is_withdrawn_in_a_browser_with_and_without_scripts(
    site: Site, browser: Browser
) -> None:
    secret, sheet = site.as_role(Role.MANAGER), sheet_of(site, Role.FUNDER)
    with page_of(browser, site, secret, size=PHONE) as page:
        page.goto(sheet)
        page.get_by_role("button", name="Retirer financeur").click()
        assert faults(page) == []
        page.get_by_role("link", name="Ne rien faire").click()
        page.get_by_role("button", name="Voir ce qui changerait").click()
        assert faults(page) == []
    with page_of(browser, site, secret, java_script_enabled=False) as page:
        page.goto(sheet)
        page.get_by_role("button", name="Retirer financeur").click()
        page.get_by_role("button", name="Retirer le rôle").click()
        assert page.get_by_role("status").inner_text().startswith("C’est enregistré")
        page.get_by_role("button", name="Voir ce qui changerait").click()
        page.get_by_role("button", name="Désactiver").click()
        page.get_by_role("button", name="Faire revenir").click()
        assert page.get_by_role("status").is_visible()
