"""The identity provider over the network: what it publishes, a code exchanged, who the agent is."""

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx

from config.i18n import gettext as _
from config.settings import Settings
from models.errors import Unavailable

logger = logging.getLogger(__name__)
WAIT = httpx.Timeout(10, connect=5)  # seconds; its code lives thirty
JWT = "application/jwt"
CALLBACK, AFTER = "/connexion/agent/retour", "/connexion"


class Provider(NamedTuple):
    """Where the provider does each thing, as its discovery document says."""

    issuer: str
    authorization: str
    token: str
    userinfo: str
    keys: str
    end: str


class Tokens(NamedTuple):
    """What a code was exchanged for."""

    access: str
    identity: str


@lru_cache(maxsize=4)
def provider_of(issuer: str) -> Provider:
    """What the provider publishes, read once per process; raises `Unavailable`."""
    found = _json("GET", f"{issuer}/.well-known/openid-configuration")
    try:
        provider = Provider(
            found["issuer"],
            found["authorization_endpoint"],
            found["token_endpoint"],
            found["userinfo_endpoint"],
            found["jwks_uri"],
            found.get("end_session_endpoint", ""),
        )
    except KeyError as error:
        raise _unavailable(f"discovery without {error}") from error
    if provider.issuer.rstrip("/") != issuer.rstrip("/"):
        raise _unavailable("discovery of another issuer")
    secure = urlsplit(issuer).scheme
    if any(urlsplit(place).scheme != secure for place in provider[1:] if place):
        raise _unavailable("discovery of addresses less safe than its own")
    return provider


def authorization_address(settings: Settings, provider: Provider, state: str, nonce: str) -> str:
    """Where to send the agent: these parameters and no other, since an unknown one is refused."""
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": settings.public_url + CALLBACK,
        "scope": settings.oidc_scope,
        "state": state,
        "nonce": nonce,
    }
    return f"{provider.authorization}?{urlencode(asked)}"


def end_address(settings: Settings, provider: Provider, id_token: str, state: str) -> str | None:
    """Where to send an agent who signs out; None when the provider has no such place."""
    if not provider.end or not id_token:
        return None
    asked = {
        "id_token_hint": id_token,
        "state": state,
        "post_logout_redirect_uri": settings.public_url + AFTER,
    }
    return f"{provider.end}?{urlencode(asked)}"


def exchange(settings: Settings, provider: Provider, code: str) -> Tokens:
    """The tokens of a code; the secret goes in the body. Raises `Unavailable`."""
    secret = settings.oidc_client_secret
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.public_url + CALLBACK,
        "client_id": settings.oidc_client_id,
        "client_secret": secret.get_secret_value() if secret else "",
    }
    found = _json("POST", provider.token, data=form)
    try:
        return Tokens(str(found["access_token"]), str(found["id_token"]))
    except KeyError as error:
        raise _unavailable(f"answer without {error}") from error


def user_info(provider: Provider, tokens: Tokens) -> str:
    """The signed JWT about the agent; raises `Unavailable`, for plain JSON too."""
    response = _call("GET", provider.userinfo, headers={"Authorization": f"Bearer {tokens.access}"})
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() != JWT:
        raise _unavailable("user information that is not signed")
    return response.text.strip()


@lru_cache(maxsize=4)
def published_keys(address: str) -> Mapping[str, Any]:
    """The provider's public keys, kept until `published_keys.cache_clear()`; raises `Unavailable`."""
    return _json("GET", address)


def _json(method: str, address: str, **sent: Any) -> dict[str, Any]:
    response = _call(method, address, **sent)
    try:
        found = response.json()
    except ValueError as error:
        raise _unavailable("an answer that is not JSON") from error
    if not isinstance(found, dict):
        raise _unavailable("an answer that is no object")
    return found


def _call(method: str, address: str, **sent: Any) -> httpx.Response:
    try:
        response = httpx.request(method, address, timeout=WAIT, **sent)
    except httpx.HTTPError as error:
        raise _unavailable(str(error) or type(error).__name__) from error
    if not response.is_success:
        raise _unavailable(f"HTTP {response.status_code} from {urlsplit(address).path}")
    return response


def _unavailable(detail: str) -> Unavailable:
    logger.warning("identity provider failed", extra={"detail": detail})
    return Unavailable(
        _(
            "Le service d’identité ne répond pas comme prévu : recommencez dans un instant,"
            " ou demandez un lien de connexion."
        )
    )
