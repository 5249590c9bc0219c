"""Programs that come in by the API, and those that are told: their pages, their secrets shown once."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from models import WebhookDelivery
from models.session import reading, transaction
from models.vocabulary import Role, Trigger
from models.webhook import HookStatus
from tests.web.browser import PHONE, faults, page_of
from tests.web.forms import token_in
from tests.web.queries import selects
from tests.web.site import NOW, Site
from tests.web.test_applying import said_at
from tests.workflows.world import CHECKED, world_in

TOKENS, HOOKS = "/reglages/jetons", "/reglages/webhooks"
AT = "https://compta.exemple.fr/jalon"


@pytest.fixture
def administrator(site: Site) -> Iterator[httpx.Client]:
    with site.client(site.as_role(Role.ADMINISTRATOR)) as client:
        yield client


def post(client: httpx.Client, address: str, **form: object) -> httpx.Response:
    return client.post(address, data={"token": token_in(client.get(address).text), **form})


def shown_secret(page: str) -> str:
    found = re.search(r'id="secret" readonly value="([^"]+)"', page)
    return found[1] if found else ""


def test_a_token_is_made_shown_once_used_and_revoked(
    site: Site, administrator: httpx.Client
) -> None:
    form = {"name": "Export", "email": "reader@essai.example", "scopes": ["read", "people"]}
    made = post(administrator, TOKENS, intent="create", days="90", **form)
    secret = shown_secret(made.text)
    assert (made.status_code, secret[:6]) == (200, "jalon_")
    assert made.headers["cache-control"] == "no-store"
    listed = administrator.get(TOKENS).text
    assert shown_secret(listed) == ""
    assert secret not in listed
    assert "N’a jamais servi." in listed
    assert "Sert jusqu’au 18/06/2021" in listed
    assert "Les personnes et leurs rôles" in listed

    with site.client() as program:
        program.headers["authorization"] = f"Bearer {secret}"
        assert program.get("/api/v1/me").status_code == 200
        site.settle()
        assert "A servi le 20/03/2021" in administrator.get(TOKENS).text
        assert post(administrator, TOKENS, intent="revoke", start=secret[:14]).status_code == 303
        assert program.get("/api/v1/me").status_code == 401
    again = post(administrator, TOKENS, intent="revoke", start=secret[:14])
    assert (again.status_code, "est déjà révoqué" in again.text) == (400, True)
    unknown = post(administrator, TOKENS, intent="revoke", start="jalon_rien")
    assert (unknown.status_code, "jalon tokens" in unknown.text) == (404, False)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Nommez le programme"),
        ("name", "x" * 101, "100 caractères au plus"),
        ("email", "personne@essai.example", "Personne d’actif n’a l’adresse"),
        ("scopes", [], "Cochez ce que ce jeton permet"),
        ("scopes", ["admin"], "Cochez ce que ce jeton permet"),
        ("roles", ["manager"], "n’a pas le rôle « manager »"),
        ("days", "-1", "Choisissez combien de temps"),
    ],
)
def test_a_token_that_could_not_serve_is_told_at_its_field(
    administrator: httpx.Client, field: str, typed: object, said: str
) -> None:
    form: dict[str, object] = {"name": "Compta", "email": "reader@essai.example", "days": "30"}
    form |= {"scopes": ["read", "mail"], "roles": ["reader"], field: typed}
    answer = post(administrator, TOKENS, intent="create", **form)
    assert answer.status_code == 400
    assert said in said_at(answer.text, field)
    kept = {"name": 'value="Compta"', "email": 'value="reader@essai.example"', "days": '"30" selected',
            "scopes": 'value="mail" checked', "roles": 'value="reader" checked'}  # fmt: skip
    assert [name for name, text in kept.items() if text not in answer.text] in ([], [field])


def test_only_an_administrator_makes_tokens(site: Site, administrator: httpx.Client) -> None:
    with site.client(site.as_role(Role.MANAGER)) as manager:
        settings = manager.get("/reglages").text
        assert (TOKENS in settings, HOOKS in settings) == (False, True)
        assert manager.get(TOKENS).status_code == 403
    assert TOKENS in administrator.get("/reglages").text


def tellings_in(page: str) -> list[int]:
    """The numbers of the tellings that a page offers to tell again."""
    again = r'name="number" value="(\d+)"><button[^>]*value="retry"'
    return [int(number) for number in re.findall(again, page)]


def happen(site: Site) -> int:
    """Something that is told, and could not be: the number of its telling."""
    with transaction(site.url) as session:
        world = world_in(session)
        world.fire(world.submitted(), Trigger.DECLARE_ELIGIBLE, CHECKED)
        failed = {"status": HookStatus.REFUSED, "outcome": "503 trop tard", "attempts": 16}
        number = max(session.scalars(select(WebhookDelivery.id)))
        session.execute(
            update(WebhookDelivery).where(WebhookDelivery.id == number).values(**failed)
        )
    return number


def test_an_address_is_told_paused_told_again_and_forgotten(
    site: Site, administrator: httpx.Client
) -> None:
    added = post(administrator, HOOKS, intent="add", url=AT, note="Compta")
    assert shown_secret(added.text).startswith("whsec_")
    listed = administrator.get(HOOKS).text
    assert "whsec_" not in listed
    number = re.findall(rf'value="(\d+)"><button[^>]*>Mettre en pause<[^>]*> : {AT}<', listed)[0]
    assert "« https://compta.exemple.fr/jalon » est déjà abonnée" in said_at(
        post(administrator, HOOKS, intent="add", url=AT).text, "url"
    )

    failed = happen(site)
    assert failed in tellings_in(administrator.get(f"{HOOKS}?envois=echecs").text)
    assert post(administrator, HOOKS, intent="retry", number=failed).status_code == 303
    assert failed not in tellings_in(administrator.get(f"{HOOKS}?envois=echecs").text)
    with reading(site.url) as session:
        assert session.get_one(WebhookDelivery, failed).due_at == NOW

    assert post(administrator, HOOKS, intent="stop", number=number).status_code == 303
    assert ">en pause<" in administrator.get(HOOKS).text
    assert post(administrator, HOOKS, intent="start", number=number).status_code == 303
    assert ">en pause<" not in administrator.get(HOOKS).text
    with selects(site.url) as asked:
        administrator.get(HOOKS)
    assert len(asked) <= 12
    assert post(administrator, HOOKS, intent="remove", number=number).status_code == 303
    assert AT not in administrator.get(HOOKS).text
    gone = post(administrator, HOOKS, intent="stop", number=number)
    assert (gone.status_code, "jalon webhooks" in gone.text) == (404, False)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"url": "http://exemple.fr"}, "url"),
        ({"url": "pas une adresse"}, "url"),
        ({"url": f"https://exemple.fr/{'a' * 2000}"}, "url"),
        ({"url": AT, "note": "x" * 201}, "note"),
    ],
    ids=["plain", "words", "long", "long note"],
)
def test_an_address_that_cannot_be_called_is_told_at_its_field(
    administrator: httpx.Client, form: dict[str, str], field: str
) -> None:
    answer = post(administrator, HOOKS, intent="add", events=["award"], **form)
    assert answer.status_code == 400
    assert said_at(answer.text, field)
    assert f'value="{form["url"]}"' in answer.text
    assert 'value="award" checked' in answer.text


@pytest.mark.xdist_group("browser")
def test_both_pages_hold_with_all_that_they_may_show(site: Site, browser: Browser) -> None:
    with page_of(browser, site, site.as_role(Role.ADMINISTRATOR)) as page:
        page.goto(TOKENS)
        page.get_by_role("button", name="Créer ce jeton").click()
        expect(page.get_by_role("alert")).to_contain_text("Nommez le programme")
        assert faults(page) == []
        page.get_by_label("Programme qui le portera").fill("Export")
        page.get_by_label("Pour qui il agit").fill("reader@essai.example")
        page.get_by_role("button", name="Créer ce jeton").click()
        expect(page.get_by_label("Le jeton, montré cette fois seulement")).to_be_visible()
        assert faults(page) == []
        page.goto(HOOKS)
        page.get_by_label("Adresse à appeler").fill("https://autre.exemple.fr/jalon")
        page.get_by_role("button", name="Prévenir cette adresse").click()
        expect(page.get_by_label("Le secret de signature")).to_be_visible()
        happen(site)
        page.goto(HOOKS)
        page.locator("summary").first.click()
        for width, height in (PHONE, (1280, 900)):
            page.set_viewport_size({"width": width, "height": height})
            assert faults(page) == []
