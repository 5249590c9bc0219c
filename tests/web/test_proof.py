"""What an identity provider says is believed once proved, and not before: a provider that lies gets nothing."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from config.settings import Settings
from models.errors import Refused, Unavailable
from tests.web.provider import CLIENT, SECRET, FakeProvider, providing
from web.agents.proof import agent_of
from web.agents.provider import (
    authorization_address,
    end_address,
    provider_of,
    published_keys,
)
from workflows.accounts.identities import Agent

STATE, NONCE = "s" * 32, "n" * 32


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with providing(siret="24340001700022") as found:
        yield found


def settings_for(provider: FakeProvider) -> Settings:
    return Settings(
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_algorithm=provider.algorithm,
    )


def code_of(provider: FakeProvider, settings: Settings) -> str:
    """The code with which an agent who signed in comes back."""
    known = provider_of(settings.oidc_issuer or "")
    sent = httpx.get(authorization_address(settings, known, STATE, NONCE))
    assert sent.status_code == 303, sent.text
    back = parse_qs(urlsplit(sent.headers["location"]).query)
    assert back["state"] == [STATE]
    return back["code"][0]


def prove(provider: FakeProvider, nonce: str = NONCE) -> Agent:
    settings = settings_for(provider)
    code = code_of(provider, settings)
    return agent_of(settings, provider_of(provider.issuer), code, nonce, provider.now)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "HS256"])
@pytest.mark.slow
def test_an_agent_is_known_by_what_is_signed(algorithm: str) -> None:
    with providing(algorithm, siret="24340001700022") as provider:
        agent = prove(provider)

    assert (agent.subject, agent.email) == ("a-subject", "claire@contrat.example")
    assert (agent.name, agent.siret) == ("Claire Aubert", "24340001700022")
    assert (agent.provider, agent.issuer) == ("idp-metropole", provider.issuer)


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"lie_id": lambda c: c | {"nonce": "x" * 32}},
    "no nonce": {"lie_id": lambda c: {k: v for k, v in c.items() if k != "nonce"}},
    "for another": {"lie_id": lambda c: c | {"aud": "another"}},
    "for several, another in charge": {
        "lie_id": lambda c: c | {"aud": [CLIENT, "another"], "azp": "another"}
    },
    "of another issuer": {"lie_id": lambda c: c | {"iss": "https://elsewhere.example"}},
    "expired": {"lie_id": lambda c: c | {"exp": c["exp"] - 3600}},
    "without an end": {"lie_id": lambda c: {k: v for k, v in c.items() if k != "exp"}},
    "nobody": {"lie_id": lambda c: {k: v for k, v in c.items() if k != "sub"}},
    "unsigned": {"none": True},
    "signed by another": {"forged": True},
    "signed with the public key as a secret": {"confused": True},
    "information about another": {"lie_info": lambda c: c | {"sub": "somebody-else"}},
    "information for another": {"lie_info": lambda c: c | {"aud": "another"}},
    "information of another": {"lie_info": lambda c: c | {"iss": "https://elsewhere.example"}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_proves_nothing(provider: FakeProvider, lie: str) -> None:
    for name, value in LIES[lie].items():
        setattr(provider, name, value)

    with pytest.raises(Refused) as refused:
        prove(provider)
    assert [reason.code for reason in refused.value.reasons] == ["not_proved"]


def test_information_that_is_not_signed_is_refused(provider: FakeProvider) -> None:
    provider.signed = False
    with pytest.raises(Unavailable):
        prove(provider)


def test_a_code_serves_once(provider: FakeProvider) -> None:
    settings, known = settings_for(provider), provider_of(provider.issuer)
    code = code_of(provider, settings)
    assert agent_of(settings, known, code, NONCE, provider.now).subject == "a-subject"
    with pytest.raises(Unavailable):
        agent_of(settings, known, code, NONCE, provider.now)


def test_keys_that_turn_are_read_again(provider: FakeProvider) -> None:
    assert prove(provider).subject == "a-subject"
    provider.turn_keys()
    provider.__dict__["_sign"] = lambda claims: _signed_k2(provider, claims)
    assert prove(provider).subject == "a-subject"
    assert published_keys.cache_info().currsize >= 1


def _signed_k2(provider: FakeProvider, claims: dict[str, Any]) -> str:
    from joserfc import jwt

    return jwt.encode({"alg": "RS256", "kid": "k2"}, claims, provider.key)


def test_nothing_but_what_was_agreed_is_asked(provider: FakeProvider) -> None:
    settings = settings_for(provider)
    known = provider_of(provider.issuer)
    asked = parse_qs(urlsplit(authorization_address(settings, known, STATE, NONCE)).query)
    assert set(asked) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
    assert httpx.get(f"{known.authorization}?x=1").json() == {"error": "Y000400"}
    end = end_address(settings, known, "an-id-token", STATE)
    assert set(parse_qs(urlsplit(end or "").query)) == {
        "id_token_hint", "state", "post_logout_redirect_uri",
    }  # fmt: skip
    assert end_address(settings, known, "", STATE) is None


def test_a_provider_that_is_not_there_is_said_in_words() -> None:
    with pytest.raises(Unavailable, match="lien de connexion"):
        provider_of("http://127.0.0.1:1")


def test_a_provider_that_says_to_be_another_is_refused(provider: FakeProvider) -> None:
    address, provider.issuer = provider.issuer, "http://127.0.0.1:2"
    with pytest.raises(Unavailable):
        provider_of(address)
