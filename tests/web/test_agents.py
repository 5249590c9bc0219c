"""Agents come in by their identity provider: tied with care, bound to their browser, signed out of both."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import delete, select, update

from models import AgentIdentity, Organisation, Person, RoleGrant, WebSession
from models.account import Means
from models.session import transaction
from models.vocabulary import Role
from tests.web.provider import CLIENT, SECRET, FakeProvider, providing
from tests.web.site import NOW, Site, open_site
from tests.web.test_signing_in import post

CLAIRE = "claire@contrat.example"
BACK = "/connexion/agent/retour"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with providing(siret="24340001700022") as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[Site]:
    settings = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }
    with open_site(tmp_path_factory.mktemp("site"), **settings) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _as_at_first(site: Site, provider: FakeProvider) -> None:
    site.forget_limits()
    provider.now = site.now = NOW
    provider.about |= {"sub": "a-subject", "email": CLAIRE, "idp_id": "idp-metropole"}
    provider.ended.clear()
    with transaction(site.url) as session:
        session.execute(delete(AgentIdentity))
        session.execute(delete(WebSession))
        session.execute(update(Person).values(active=True))


def leave(client: httpx.Client, **form: str) -> str:
    """Press the button, sign in over there; the address that the provider sends back to."""
    sent = post(client, "/connexion/agent", **form)
    assert sent.status_code == 303, sent.text
    there = httpx.get(sent.headers["location"])
    assert there.status_code == 303, there.text
    back = urlsplit(there.headers["location"])
    assert back.path == BACK
    return f"{back.path}?{back.query}"


def enter(site: Site) -> httpx.Response:
    with site.client() as client:
        return client.get(leave(client))


def codes_of(answer: httpx.Response) -> str:
    assert answer.status_code == 422, answer.status_code
    return answer.text


def test_the_page_asked_for_is_kept_and_is_one_of_ours(site: Site) -> None:
    for wanted, reached in (("/fiches?enjeu=1", "/fiches?enjeu=1"), ("//ailleurs.example", "/")):
        with site.client() as client:
            entered = client.get(leave(client, suite=wanted) + "&suite=/reglages")
            assert entered.headers["location"] == reached


def test_an_agent_comes_in_and_goes_out(site: Site, provider: FakeProvider) -> None:
    with site.client() as client:
        assert "ProConnect" in client.get("/connexion").text
        entered = client.get(leave(client))
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert "claire" in client.get("/mes-sessions").text
        with transaction(site.url) as session:
            assert session.scalars(select(WebSession.means)).all() == [Means.OIDC]

        out = post(client, "/deconnexion")
        end = urlsplit(out.headers["location"])
        assert f"{end.scheme}://{end.netloc}" == provider.issuer
        assert httpx.get(out.headers["location"]).status_code == 303
        assert client.get("/mes-sessions").status_code == 303
    asked = provider.ended[0]
    assert asked.keys() == {"id_token_hint", "state", "post_logout_redirect_uri"}
    assert asked["id_token_hint"].count(".") == 2


def test_forms_may_lead_to_the_provider_and_nowhere_else(
    site: Site, provider: FakeProvider
) -> None:
    with site.client() as client:
        policy = client.get("/connexion").headers["content-security-policy"]
    assert f"form-action 'self' {provider.issuer};" in policy


def test_what_came_back_serves_once_and_in_its_browser_only(site: Site) -> None:
    with site.client() as client, site.client() as thief:
        back = leave(client)
        thief.get("/connexion")
        assert "recommencez" in codes_of(thief.get(back))
        assert client.get(back).status_code == 303
        assert "a déjà servi" in codes_of(client.get(back))


def test_an_attempt_does_not_last(site: Site, provider: FakeProvider) -> None:
    from datetime import timedelta

    with site.client() as client:
        back = leave(client)
        site.now = provider.now = NOW + timedelta(minutes=10)
        assert "trop duré" in codes_of(client.get(back))


def test_without_a_code_nothing_happens(site: Site) -> None:
    with site.client() as client:
        state = parse_qs(urlsplit(leave(client)).query)["state"][0]
        refused = client.get(BACK, params={"state": state, "error": "access_denied"})
        assert "abandonnée" in codes_of(refused)


def test_an_agent_keeps_their_account_when_their_address_changes(
    site: Site, provider: FakeProvider
) -> None:
    assert enter(site).status_code == 303
    provider.about["email"] = "claire.nouveau-nom@contrat.example"
    assert enter(site).status_code == 303
    with transaction(site.url) as session:
        found = session.scalars(select(AgentIdentity)).one()
        assert found.email == "claire.nouveau-nom@contrat.example"
        assert session.get_one(Person, found.person_id).email == CLAIRE


def test_an_address_given_to_somebody_else_lets_nobody_in(
    site: Site, provider: FakeProvider
) -> None:
    assert enter(site).status_code == 303
    provider.about["sub"] = "another-subject"
    assert "déjà celle d’un autre agent" in codes_of(enter(site))


def test_the_same_agent_by_another_provider_is_the_same_person(
    site: Site, provider: FakeProvider
) -> None:
    assert enter(site).status_code == 303
    provider.about |= {"sub": "another-subject", "idp_id": "idp-ville"}
    assert enter(site).status_code == 303
    with transaction(site.url) as session:
        assert len(set(session.scalars(select(AgentIdentity.person_id)))) == 1


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("personne@contrat.example", "ne connaît pas personne@contrat.example"),
        ("contact0@porteur.example", "demandez plutôt un lien"),
        ("", "ne connaît pas"),
    ],
)
def test_who_is_not_known_as_an_agent_is_told_what_to_do(
    site: Site, provider: FakeProvider, email: str, said: str
) -> None:
    provider.about["email"] = email
    assert said in codes_of(enter(site)).replace("&#39;", "'")


def test_an_address_that_is_not_verified_ties_nobody(site: Site, provider: FakeProvider) -> None:
    provider.about["email_verified"] = False
    try:
        assert "ne connaît pas" in codes_of(enter(site))
    finally:
        del provider.about["email_verified"]


def test_a_deactivated_agent_stays_out(site: Site) -> None:
    assert enter(site).status_code == 303
    with transaction(site.url) as session:
        session.execute(update(Person).where(Person.email == CLAIRE).values(active=False))
    assert "désactivé" in codes_of(enter(site))


def test_an_agent_of_another_body_than_that_of_their_roles_is_not_tied(
    site: Site, provider: FakeProvider
) -> None:
    provider.about["email"] = "pilot@essai.example"
    with transaction(site.url) as session:
        grant = select(RoleGrant.organisation_id).where(RoleGrant.role == Role.PILOT)
        session.execute(
            update(Organisation)
            .where(Organisation.id.in_(grant.where(RoleGrant.organisation_id.is_not(None))))
            .values(siret="32025248900016")
        )
    assert "d’un autre organisme" in codes_of(enter(site))
    provider.about["siret"] = "32025248900099"  # the same body at another address
    try:
        assert enter(site).status_code == 303
    finally:
        provider.about["siret"] = "24340001700022"


def test_a_provider_that_lies_lets_nobody_in(site: Site, provider: FakeProvider) -> None:
    provider.none = True
    try:
        assert "n’a pas pu être vérifiée" in codes_of(enter(site))
    finally:
        provider.none = False
    with transaction(site.url) as session:
        assert session.scalars(select(WebSession)).all() == []
