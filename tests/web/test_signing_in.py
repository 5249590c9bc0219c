"""Signing in and out: the link from a mail, the first manager, sessions that end, forms that are ours."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import httpx
import pytest
from sqlalchemy import delete, select, update

from config.errors import ConfigError
from config.settings import Settings
from models import Message, Person, RoleGrant, SignInLink, WebSession
from models.session import transaction
from models.vocabulary import Role
from tests.web.forms import token_in
from tests.web.site import NOW, Site
from web.app import create_app
from web.first_visit import first_address

MANAGER = "claire@contrat.example"


@pytest.fixture(autouse=True)
def _as_at_first(site: Site) -> Iterator[None]:
    site.forget_limits()
    site.now, site.woken = NOW, 0
    with transaction(site.url) as session:
        session.execute(delete(SignInLink))
        session.execute(delete(WebSession))
        session.execute(delete(Message).where(Message.template == "sign_in"))
    yield
    site.now = NOW


def post(client: httpx.Client, path: str, **form: str) -> httpx.Response:
    page = client.get("/connexion").text
    return client.post(path, data={"token": token_in(page), **form})


def link_mailed(site: Site, email: str = MANAGER) -> str:
    """The path of the link in the mail to that address."""
    site.settle()
    with transaction(site.url) as session:
        content = session.scalars(
            select(Message.content).where(Message.template == "sign_in", Message.recipient == email)
        ).one()
    mail = message_from_bytes(content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"/connexion/lien/[\w-]+", text)
    assert found
    return found[0]


def ask_for_link(site: Site, client: httpx.Client, email: str = MANAGER) -> str:
    answer = post(client, "/connexion", email=f" {email.upper()} ")
    assert answer.status_code == 200
    return link_mailed(site, email)


def test_a_link_signs_in_by_its_button_alone_and_once(site: Site) -> None:
    with site.client() as client:
        link = ask_for_link(site, client)
        assert site.woken == 1
        opened = client.get(link)
        assert opened.status_code == 200
        assert client.get("/mes-sessions").status_code == 303, "looking signs nobody in"

        entered = client.post(link, data={"token": token_in(opened.text)})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert "claire" in client.get("/mes-sessions").text

        again = post(client, link)
        assert again.status_code == 422
        assert "a déjà servi" in again.text


def test_a_link_opens_only_in_the_browser_that_asked(site: Site) -> None:
    with site.client() as asking, site.client() as other:
        link = ask_for_link(site, asking)

        refused = post(other, link)

        assert refused.status_code == 422
        assert "dans le navigateur où il a été demandé" in refused.text
        assert asking.get(link).status_code == 200, "and is not spent by that"


def test_a_link_lasts_ten_minutes(site: Site) -> None:
    with site.client() as client:
        link = ask_for_link(site, client)
        site.now = NOW + timedelta(minutes=10)
        assert client.get(link).status_code == 422


def test_the_answer_does_not_tell_who_is_known(site: Site) -> None:
    with site.client() as client:
        known, unknown = (
            post(client, "/connexion", email=email).text
            for email in (MANAGER, "personne@nulle.example")
        )

    site.settle()
    blank = re.compile(r'(name="token" value="\w+")|[\w.]+@[\w.]+')
    assert blank.sub("", known) == blank.sub("", unknown)
    assert site.woken == 1


def test_nobody_gets_more_than_three_links_at_a_time(site: Site) -> None:
    with site.client() as client:
        for _time in range(5):
            post(client, "/connexion", email=MANAGER)
            site.settle()
        with transaction(site.url) as session:
            assert len(session.scalars(select(SignInLink.id)).all()) == 3
        statuses = [post(client, "/connexion", email=MANAGER).status_code for _time in range(6)]
        assert statuses == [200] * 5 + [429]


def test_somebody_deactivated_is_out_at_once(site: Site) -> None:
    with site.client(site.as_role(Role.READER)) as client:
        assert client.get("/").status_code == 200
        with transaction(site.url) as session:
            reader = select(Person).where(Person.email == "reader@essai.example")
            session.scalars(reader).one().active = False
        assert client.get("/").status_code == 303
        with transaction(site.url) as session:
            session.scalars(reader).one().active = True


@pytest.mark.parametrize(
    ("steps", "alive"),
    [
        ([timedelta(minutes=119)], True),
        ([timedelta(minutes=120)], False),
        ([timedelta(minutes=100)] * 7, True),  # each click puts the idle limit off
        ([timedelta(minutes=100)] * 8, False),  # but not the absolute one
    ],
)
def test_a_session_ends_without_a_click_and_at_its_limit(
    site: Site, steps: list[timedelta], alive: bool
) -> None:
    with site.client(site.signed_in(MANAGER)) as client:
        for step in steps:
            site.now += step
            status = client.get("/").status_code
    assert (status == 200) is alive


def test_sessions_are_listed_and_ended(site: Site) -> None:
    mine, other = site.signed_in(MANAGER), site.signed_in(MANAGER)
    with site.client(mine) as client, site.client(other) as elsewhere:
        page = client.get("/mes-sessions").text
        assert page.count("Firefox, Linux</strong>") == 2
        number = re.search(r'name="session" value="(\d+)"', page)
        assert number

        assert post(client, "/mes-sessions", session=number[1]).status_code == 303
        assert elsewhere.get("/").status_code == 303
        assert client.get("/").status_code == 200

        assert post(client, "/deconnexion").status_code == 303
        assert client.get("/").status_code == 303


def test_nobody_ends_the_session_of_another(site: Site) -> None:
    theirs = site.signed_in("malik@contrat.example")
    with transaction(site.url) as session:
        number = session.scalars(select(WebSession.id)).one()
    with site.client(site.signed_in(MANAGER)) as client:
        assert post(client, "/mes-sessions", session=str(number)).status_code == 404
    with site.client(theirs) as client:
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("form", [{}, {"token": ""}, {"token": "é" * 64}, {"token": "0" * 64}])
def test_a_form_without_our_token_does_nothing(site: Site, form: dict[str, str]) -> None:
    with site.client(site.signed_in(MANAGER)) as client:
        assert client.post("/deconnexion", data=form).status_code == 403
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": "https://ailleurs.example"}, True),
        ({"origin": "null"}, True),
        ({}, False),
    ],
)
def test_a_request_from_another_site_is_refused(
    site: Site, headers: dict[str, str], refused: bool
) -> None:
    with site.client(site.signed_in(MANAGER)) as client:
        right = token_in(client.get("/").text)
        done = client.post("/deconnexion", data={"token": right}, headers=headers)
        assert (done.status_code == 403) is refused
        assert (client.get("/").status_code == 200) is refused


def test_a_page_of_another_site_cannot_load_ours_but_may_link_to_it(site: Site) -> None:
    with site.client() as client:
        embedded = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
        followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
        assert client.get("/connexion", headers=embedded).status_code == 403
        assert client.get("/connexion", headers=followed).status_code == 200


ELSEWHERE = (
    "//ailleurs.example",
    "https://ailleurs.example",
    "/\\ailleurs.example",
    "ailleurs",
    "/a\nb",
    "/connexion/secours",
    "/" + "a" * 300,
)


def test_the_page_asked_for_is_kept_through_the_mailed_link(site: Site) -> None:
    with site.client() as client:
        sent = client.get("/dossiers?etat=closed&texte=Dupont").headers["location"]
        assert sent == "/connexion?suite=%2Fdossiers%3Fetat%3Dclosed", "no word typed"
        form = client.get(sent).text
        assert 'name="suite" value="/dossiers?etat=closed"' in form
        post(client, "/connexion", email=MANAGER, suite="/dossiers?etat=closed")
        site.settle()
        with transaction(site.url) as session:
            content = session.scalars(
                select(Message.content).where(Message.template == "sign_in")
            ).one()
        assert b"dossiers" not in content, "the mail tells nothing of it"
        link = link_mailed(site)
        assert 'name="suite"' not in client.get(link).text
        # whoever makes up an address or a form leads nobody elsewhere
        made_up = client.post(
            f"{link}?suite=/reglages",
            data={"token": token_in(client.get(link).text), "suite": "/reglages"},
        )
        assert made_up.headers["location"] == "/dossiers?etat=closed"
        assert client.get(made_up.headers["location"]).status_code == 200


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_leads_to_pages_of_ours_alone(site: Site, elsewhere: str) -> None:
    with site.client() as client:
        page = client.get("/connexion", params={"suite": elsewhere}).text
        assert 'name="suite" value="/"' in page
        post(client, "/connexion", email=MANAGER, suite=elsewhere)
        link = link_mailed(site)
        if len(elsewhere) <= 300:
            with transaction(site.url) as session:  # even if it were kept
                session.execute(update(SignInLink).values(after=elsewhere))
        entered = client.post(link, data={"token": token_in(client.get(link).text)})
        assert entered.headers["location"] == "/"


def test_the_first_manager_signs_in_by_the_printed_link_once(site: Site) -> None:
    assert first_address(site.settings, NOW) is None, "the season has managers"
    with transaction(site.url) as session:
        held = session.scalars(select(RoleGrant)).all()
        kept = [(g.person_id, g.role, g.contract_id, g.organisation_id) for g in held]
        session.execute(delete(RoleGrant))
    try:
        address = first_address(site.settings, NOW)
        assert address
        path = address.removeprefix(site.settings.public_url)
        with site.client() as client:
            assert client.get(path).status_code == 200
            wrong = post(client, path, email="pas une adresse", name="Anne")
            assert (wrong.status_code, "pas une adresse" in wrong.text) == (400, True)
            assert post(client, path, email="anne@ville.example", name="Anne").status_code == 303
            assert "responsable du programme" in client.get("/mes-sessions").text
            assert post(client, path, email="autre@ville.example", name="B").status_code == 422
        assert first_address(site.settings, NOW) is None
    finally:
        with transaction(site.url) as session:
            session.execute(delete(RoleGrant))
            for person, role, contract, organisation in kept:
                session.add(RoleGrant(person_id=person, role=role, contract_id=contract,
                                      organisation_id=organisation))  # fmt: skip


async def _first_answer(address: str) -> httpx.Response:
    app = create_app(Settings(public_url=address), lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=address) as client:
        return await client.get("/connexion")


def test_cookies_are_bound_to_https_and_this_host(site: Site) -> None:
    secure = asyncio.run(_first_answer("https://jalon.ville.example"))
    cookie = secure.headers["set-cookie"]
    assert cookie.startswith("__Host-jalon-browser=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "strict-transport-security" in secure.headers

    here = asyncio.run(_first_answer("http://localhost:8000"))
    assert here.headers["set-cookie"].startswith("jalon-browser=")
    with pytest.raises(ConfigError, match="https"):
        create_app(Settings(public_url="http://jalon.ville.example"), lambda: NOW)
