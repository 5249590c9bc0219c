"""Amending an application on its pages: begun, read before and after, sent, given up, in conflict, too late."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from models import Attachment, JournalEntry, Message, Qpv
from models.session import reading, transaction
from models.vocabulary import Act, Role, Trigger
from tests.web.browser import DESKTOP, PHONE, faults, html_faults, page_of
from tests.web.forms import token_in
from tests.web.queries import selects
from tests.web.site import OTHER, OWN, Site, open_site
from tests.workflows.attachments.samples import PDF
from workflows.actors import OPERATOR
from workflows.advance import advance
from workflows.applications.loading import with_neighbourhoods
from workflows.queries import get_application

OPEN = datetime(2020, 12, 18, 9, tzinfo=UTC)
CLOSED = datetime(2021, 1, 5, 9, tzinfo=UTC)
PAGE = f"/mes-demandes/{OWN}"
LOOKS: list[tuple[tuple[int, int], Literal["light", "dark"]]] = [
    (DESKTOP, "light"),
    (PHONE, "dark"),
]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for each test: it changes the application, which says all that the form asks for."""
    with open_site(tmp_path_factory.mktemp("amending")) as opened:
        opened.now = OPEN
        with transaction(opened.url) as session:
            application = with_neighbourhoods(session, get_application(session, OWN))
            application.summary = "Des ateliers."
            application.qpvs = [session.scalars(select(Qpv).where(Qpv.code == "QP034005")).one()]
        yield opened


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    """The applicant, while the call is open."""
    with site.client(site.as_role(Role.GRANTEE)) as opened:
        yield opened


def begun(client: httpx.Client) -> str:
    """The address of the draft that amends their application."""
    answer = client.post(f"{PAGE}/modifier", data={"token": token_in(client.get(PAGE).text)})
    assert answer.status_code == 303
    return answer.headers["location"]


def fields_in(page: str, name: str = "draft") -> dict[str, Any]:
    """What the form of the page would send, as a browser without a script does."""
    start = page.index(f'id="{name}"')
    form = page[start : page.index("</form>", start)]
    found: dict[str, Any] = dict(
        re.findall(r'<input type="(?:text|date|hidden)"[^>]* name="([\w-]+)" value="([^"]*)"', form)
    )
    found |= dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', form))
    found["fiche"] = re.findall(r'<option value="([\d.]+)" selected>', form)[0]
    found["qpvs"] = re.findall(r'name="qpvs" value="(\w+)" checked', form)
    return found


def typed(client: httpx.Client, draft: str, **changes: str) -> httpx.Response:
    """Fill the form as it is, with these changes, and ask to read it again."""
    form = fields_in(client.get(draft).text) | changes
    answer = client.post(draft, data=form | {"do": "review"})
    assert answer.status_code == 303
    return client.get(answer.headers["location"])


def send(client: httpx.Client, token: str) -> httpx.Response:
    return client.post(f"{PAGE}/modifications/envoyer", data={"token": token})


def amended(site: Site) -> list[dict[str, Any]]:
    with reading(site.url) as session:
        found = select(JournalEntry.facts).where(JournalEntry.action == Act.AMEND)
        return list(session.scalars(found))


def test_from_the_application_to_the_receipt(site: Site, client: httpx.Client) -> None:
    draft = begun(client)
    page = client.get(draft).text
    assert "Modifier ma demande" in page
    assert 'name="siret"' not in page, "who applies is not asked again"
    assert "modification en cours" in client.get("/mes-demandes").text
    assert "Continuer mes modifications" in client.get(PAGE).text
    assert begun(client) == draft, "one draft, however often one asks"
    files = {"files": ("budget.pdf", PDF)}
    form = fields_in(page)
    assert client.post(draft, data=form, files=files).status_code == 303
    review = typed(client, draft, title="Un titre neuf")
    assert "Relire mes modifications" in review.text
    assert "<strong>Un titre neuf</strong>" in review.text
    assert "budget.pdf" in review.text
    assert amended(site) == []
    answer = send(client, token_in(review.text))
    assert answer.headers["location"] == f"{PAGE}?fait=modifie"
    page = client.get(answer.headers["location"]).text
    assert "Vos modifications sont envoyées" in page
    assert "Un titre neuf" in page
    assert "Demande modifiée par vous" in page
    assert "fichiers ajoutés : 1" in page
    (facts,) = amended(site)
    assert "title" in facts["changed"]
    assert "Un titre neuf" not in str(facts)
    with reading(site.url) as session:
        assert len(session.scalars(select(Attachment).where(Attachment.draft_id > 2)).all()) == 0
        templates = session.scalars(select(Message.template)).all()
        assert templates.count("amended") == 1
    assert send(client, token_in(page)).headers["location"] == PAGE, "a second click"
    assert client.get(draft).status_code == 404
    with site.client(site.as_role(Role.MANAGER)) as manager:
        told = manager.get(f"/dossiers/{OWN}").text
        assert "<li>titre</li>" in told


def test_nothing_changed_says_so_and_cannot_be_sent(site: Site, client: httpx.Client) -> None:
    review = typed(client, begun(client))
    assert "Vous n’avez rien changé" in review.text
    assert "Envoyer mes modifications" not in review.text
    answer = send(client, token_in(review.text))
    assert (answer.status_code, "Vous n’avez rien changé" in answer.text) == (400, True)
    assert amended(site) == []


def test_an_unbalanced_budget_goes_back_to_the_form(client: httpx.Client) -> None:
    draft = begun(client)
    page = typed(client, draft, charges="1")
    assert "Le budget n’est pas équilibré" in page.text
    assert 'href="#charges"' in page.text
    token = token_in(page.text)
    assert send(client, token).headers["location"] == f"{draft}?verifier=1"


def test_a_conflict_is_told_then_taken_up(site: Site, client: httpx.Client) -> None:
    draft = begun(client)
    review = typed(client, draft, starts_on="2021-02-01")
    with transaction(site.url) as session:
        get_application(session, OWN).title = "Le titre de l’équipe"
    answer = send(client, token_in(review.text))
    assert answer.status_code == 409
    assert "a été modifiée entre-temps" in answer.text
    assert "Envoyer mes modifications" not in answer.text
    taken = client.post(f"{PAGE}/modifications/reprendre", data={"token": token_in(answer.text)})
    assert taken.headers["location"] == f"{draft}/relire"
    review = client.get(f"{draft}/relire")
    assert "1er février 2021" in review.text
    assert "Le titre de l’équipe</strong>" not in review.text, "what they did stays"
    assert send(client, token_in(review.text)).status_code == 303


def test_the_team_moved_it_on(site: Site, client: httpx.Client) -> None:
    draft = begun(client)
    review = typed(client, draft, title="Trop tard")
    with transaction(site.url) as session:
        application = get_application(session, OWN)
        advance(session, application, Trigger.WITHDRAW, OPERATOR, OPEN)
    answer = send(client, token_in(review.text))
    assert answer.status_code == 409
    assert "elle ne se modifie plus" in answer.text
    assert 'value="Trop tard"' in client.get(draft).text
    assert "elle ne se modifie plus" in client.get(draft).text


def test_the_call_closes_while_they_write(site: Site, client: httpx.Client) -> None:
    draft = begun(client)
    typed(client, draft, title="Trop tard")
    site.now = CLOSED
    with site.client(site.as_role(Role.GRANTEE)) as later:
        page = later.get(draft).text
        assert "du 25 novembre 2020 au 4 janvier 2021 : écrivez à l’équipe" in page
        assert "Vos modifications sont gardées" in page
        review = later.get(f"{draft}/relire").text
        assert "Envoyer mes modifications" not in review
        assert send(later, token_in(review)).status_code == 422
        again = later.post(f"{PAGE}/modifier", data={"token": token_in(review)})
        assert again.headers["location"] == f"{PAGE}#modifier"
        assert "écrivez à l’équipe, qui peut la modifier" in later.get(PAGE).text
    assert amended(site) == []


def test_given_up_it_leaves_the_application_as_it_was(site: Site, client: httpx.Client) -> None:
    draft = begun(client)
    review = typed(client, draft, title="Essai")
    answer = client.post(f"{draft}/supprimer", data={"token": token_in(review.text)})
    assert answer.headers["location"] == f"{PAGE}?fait=abandonne"
    page = client.get(answer.headers["location"]).text
    assert "sont abandonnées" in page
    assert "Essai" not in page
    assert client.get(draft).status_code == 404
    assert amended(site) == []


def test_it_cannot_be_filed_as_a_new_application(client: httpx.Client) -> None:
    draft = begun(client)
    token = token_in(client.get(draft).text)
    answer = client.post(f"{draft}/deposer", data={"token": token})
    assert answer.status_code == 409


def test_nobody_else_reaches_it(site: Site, client: httpx.Client) -> None:
    draft = begun(client)
    token = token_in(client.get(draft).text)
    for part in ("modifier", "modifications/envoyer", "modifications/reprendre"):
        answer = client.post(f"/mes-demandes/{OTHER}/{part}", data={"token": token})
        assert answer.status_code == 404, part
    for role in (Role.MANAGER, Role.PILOT, Role.READER):
        with site.client(site.as_role(role)) as other:
            assert other.get(draft).status_code in {403, 404}, role


@pytest.mark.parametrize("part", ["", "?verifier=1", "/relire"])
def test_its_pages_ask_little_of_the_database(site: Site, client: httpx.Client, part: str) -> None:
    draft = begun(client)
    typed(client, draft, title="Autre")
    client.get("/mes-demandes")
    with selects(site.url) as asked:
        assert client.get(f"{draft}{part}").status_code == 200
    assert 3 < len(asked) <= 12, "\n".join(asked)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.xdist_group("browser")
def test_without_a_script_and_every_page_holds(
    site: Site, client: httpx.Client, browser: Browser
) -> None:
    with page_of(browser, site, site.as_role(Role.GRANTEE), java_script_enabled=False) as page:
        page.goto(PAGE)
        page.get_by_role("button", name="Modifier ma demande").click()
        expect(page.get_by_role("heading", name="Modifier ma demande")).to_be_visible()
        page.get_by_label("Titre de l’action").fill("Sans script")
        page.get_by_label("Description").fill("Des ateliers, et un jardin.")
        page.get_by_role("button", name="Vérifier et relire").click()
        expect(page.get_by_role("heading", name="Relire mes modifications")).to_be_visible()
        draft = page.url.removesuffix("/relire")
        with page_of(browser, site, site.as_role(Role.GRANTEE)) as scripted:
            for address in (draft, f"{draft}?verifier=1", f"{draft}/relire", PAGE, "/mes-demandes"):
                scripted.goto(address)
                for (width, height), scheme in LOOKS:
                    scripted.set_viewport_size({"width": width, "height": height})
                    scripted.emulate_media(color_scheme=scheme)
                    assert faults(scripted) == [], (address, width)
                assert html_faults(client.get(address).text) == [], address
        page.get_by_role("button", name="Envoyer mes modifications").click()
        expect(page.get_by_role("status")).to_contain_text("Vos modifications sont envoyées")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sans script")
