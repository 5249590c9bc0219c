"""Every link that a role finds leads somewhere that it may see; and what is its own is found."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from models.vocabulary import Role
from tests.web.forms import token_in
from tests.web.site import OWN, Site

ROLES = [role for role in Role if role not in {Role.SYSTEM, Role.IMPORT}]
OF_A_KIND = 3  # addresses that differ by a number or a filter alone
LINK = re.compile(r'<(?:a|iframe)\b[^>]*?\b(?:href|src)="([^"]+)"')


def kind_of(address: str) -> str:
    """The address without what makes it one of many."""
    path, _mark, query = address.partition("?")
    return re.sub(r"CV112-[\d-]+|\d[\d.-]*", "…", path) + "?" + re.sub("=[^&]*", "", query)


def links_of(page: httpx.Response) -> Iterator[str]:
    here = urlsplit(str(page.url))
    for found in LINK.findall(page.text):
        target = urlsplit(urljoin(str(page.url), unescape(found)))
        if target.netloc == here.netloc:
            yield target.path + (f"?{target.query}" if target.query else "")


def walk(client: httpx.Client) -> tuple[set[str], list[str]]:
    """The addresses reached from the home page, and those that lead nowhere, with where they stand."""
    reached, nowhere, kinds = {"/"}, [], Counter[str]()
    waiting = deque([("/", "")])
    while waiting:
        address, found_on = waiting.popleft()
        page = client.get(address, follow_redirects=True)
        if page.status_code != 200 or page.url.path == "/connexion":
            nowhere.append(f"{address} ({page.status_code}), on {found_on}")
        elif "html" in page.headers["content-type"]:
            for link in links_of(page):
                if link not in reached and kinds[kind_of(link)] < OF_A_KIND:
                    kinds[kind_of(link)] += 1
                    reached.add(link)
                    waiting.append((link, address))
    return reached, nowhere


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_link_leads_where_a_role_may_not_go(site: Site, role: Role) -> None:
    with site.client(site.as_role(role)) as client:
        reached, nowhere = walk(client)
    assert nowhere == []
    assert len(reached) > 5


@pytest.mark.parametrize(
    ("role", "linked"),
    [
        (Role.MANAGER, {"/annuaire", "/courrier/modeles", "/reglages"}),
        (Role.READER, {"/annuaire", "/courrier/modeles"}),
        (Role.FUNDER, set()),
        (Role.GRANTEE, set()),
    ],
)
def test_the_foot_of_every_page_leads_to_what_a_role_may_see(
    site: Site, role: Role, linked: set[str]
) -> None:
    with site.client(site.as_role(role)) as client:
        for address in ("/mes-courriels", "/appels", "/appels/2021"):
            foot = client.get(address).text.partition("<footer")[2]
            assert set(re.findall('href="([^"]+)"', foot)) == linked, address
        if "/courrier/modeles" in linked:
            back = 'class="back" href="/courrier"' in client.get("/courrier/modeles").text
            assert back is (role is Role.MANAGER)


def test_the_board_offers_the_moves_of_whoever_looks(site: Site) -> None:
    def moves(role: Role) -> set[str]:
        with site.client(site.as_role(role)) as client:
            page = client.get("/tableau").text
        found = set(re.findall("/etapes/(\\w+)", page))
        assert (" data-board" in page, "draggable" in page) == (bool(found), bool(found))
        return found

    assert moves(Role.READER) == moves(Role.FUNDER) == set()
    assert moves(Role.PILOT) == {"declare_eligible"}
    assert moves(Role.ADMINISTRATOR) == moves(Role.MANAGER) > {"refer", "withdraw"}


def test_a_funder_finds_at_home_where_their_applications_stand(site: Site) -> None:
    with site.client(site.as_role(Role.FUNDER)) as client:
        home = client.get("/").text
        assert "Vos dossiers de l’appel 2021, par état" in home.replace("\u00a0", " ")
        assert "Dossiers : 10, dont clos : 0." in home.replace("\u00a0", " ")
        assert 'href="/dossiers?etat=funded"' in home


@pytest.mark.parametrize(
    ("address", "after"),
    [
        (f"/dossiers/{OWN}", f"/dossiers/{OWN}"),
        ("/dossiers?etat=funded&texte=n", "/dossiers?etat=funded&texte=n"),
        ("/connexion?suite=/chiffres", "/connexion?suite=/chiffres"),
    ],
)
def test_another_language_is_read_on_the_same_page(site: Site, address: str, after: str) -> None:
    with site.client("" if "connexion" in address else site.as_role(Role.MANAGER)) as client:
        page = client.get(address).text
        back = unescape(re.findall('name="back" value="([^"]*)"', page)[-1])
        form = {"token": token_in(page), "language": "en"}
        assert client.post("/langue", data=form | {"back": back}).headers["location"] == after
        for wrong in ("//ailleurs.example", "https://ailleurs.example", ""):
            assert client.post("/langue", data=form | {"back": wrong}).headers["location"] == "/"
        refused = client.post("/langue", data=form | {"back": after, "token": "x"})
        assert refused.status_code == 403


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        (Role.MANAGER, "/nulle-part", 404),
        (Role.READER, "/dossiers/CV112-2021-9999", 404),
        (Role.READER, "/courrier", 403),
        (Role.MANAGER, "/dossiers?etat=nulle", 400),
    ],
)
def test_an_error_keeps_the_menu(site: Site, role: Role, address: str, status: int) -> None:
    with site.client(site.as_role(role)) as client, site.client() as nobody:
        told = client.get(address)
        assert told.status_code == status
        assert 'href="/calendrier"' in told.text.partition("<main")[0]
        assert 'href="/annuaire"' in told.text.partition("<footer")[2]
        assert "<nav" not in nobody.get("/nulle-part").text


def test_an_error_is_told_without_the_menu_where_it_cannot_be_found(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = site.as_role(Role.MANAGER)
    lost = site.settings.model_copy(update={"contract": "CV999"})
    monkeypatch.setattr(site.app.state, "settings", lost)
    with site.client(secret) as client:
        told = client.get("/nulle-part")
    assert told.status_code == 404
    assert "Cette page n’existe pas" in told.text
    assert "<nav" not in told.text


def test_what_a_form_brought_is_left_for_home(site: Site) -> None:
    """Its address may open no page."""
    with site.client(site.as_role(Role.MANAGER)) as client:
        right = token_in(client.get("/annuaire").text)
        page = client.post("/dossiers/lot", data={"token": right, "trigger": "refer"}).text
        assert re.findall('name="back" value="([^"]*)"', page)[-1:] == ["/"]
