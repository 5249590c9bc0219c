"""What the provider says, believed only once proved: signed as agreed, for us, now, for this browser."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization, OctKey

from config.i18n import gettext as _
from config.settings import Settings
from models.errors import Reason, Refused
from web.agents.provider import Provider, exchange, published_keys, user_info
from workflows.accounts.identities import Agent

logger = logging.getLogger(__name__)
LEEWAY = 60  # seconds between two clocks


def agent_of(settings: Settings, provider: Provider, code: str, nonce: str, now: datetime) -> Agent:
    """The agent who comes back with that code; raises `Refused` when it proves nothing, `Unavailable`."""
    tokens = exchange(settings, provider, code)
    try:
        said = _claims(settings, provider, tokens.identity, now, nonce=nonce)
        about = _claims(settings, provider, user_info(provider, tokens), now)
    except (JoseError, ValueError) as error:
        logger.warning("identity not proved", extra={"detail": str(error)})
        raise Refused([Reason("not_proved", _NOT_PROVED())]) from error
    if about["sub"] != said["sub"]:
        logger.warning("identity not proved", extra={"detail": "user information of another"})
        raise Refused([Reason("not_proved", _NOT_PROVED())])
    return _agent(provider, about, tokens.identity)


def _NOT_PROVED() -> str:  # noqa: N802 # a sentence, in the language in force
    return _(
        "Votre identité n’a pas pu être vérifiée : recommencez la connexion, et prévenez"
        " l’exploitant si cela se répète."
    )


def _claims(
    settings: Settings, provider: Provider, token: str, now: datetime, *, nonce: str | None = None
) -> dict[str, Any]:
    """The claims of a token, its signature, issuer, audience and time checked. Raises `JoseError`."""
    found = _decoded(settings, provider, token)
    rules: dict[str, Any] = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
        "sub": {"essential": True},
    }
    if nonce is not None:
        rules |= {"nonce": {"essential": True, "value": nonce}, "exp": {"essential": True}}
    jwt.JWTClaimsRegistry(int(now.timestamp()), LEEWAY, **rules).validate(found)
    if found.get("azp", settings.oidc_client_id) != settings.oidc_client_id:
        raise ValueError("authorized party is another")
    return found


def _decoded(settings: Settings, provider: Provider, token: str) -> dict[str, Any]:
    algorithm = settings.oidc_algorithm
    if algorithm == "HS256":
        secret = settings.oidc_client_secret
        key = OctKey.import_key(secret.get_secret_value() if secret else "")
        return dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
    try:
        return dict(jwt.decode(token, _keys(provider), algorithms=[algorithm]).claims)
    except (JoseError, ValueError):  # its keys may have turned since we read them
        published_keys.cache_clear()
        return dict(jwt.decode(token, _keys(provider), algorithms=[algorithm]).claims)


def _keys(provider: Provider) -> KeySet:
    published: Mapping[str, Any] = published_keys(provider.keys)
    return KeySet.import_key_set(cast("KeySetSerialization", dict(published)))


def _agent(provider: Provider, about: Mapping[str, Any], id_token: str) -> Agent:
    names = (about.get("given_name"), about.get("usual_name") or about.get("family_name"))
    return Agent(
        issuer=provider.issuer,
        subject=str(about["sub"])[:255],
        email=str(about.get("email") or "").strip().lower(),
        verified=about.get("email_verified") is not False,
        name=" ".join(str(name) for name in names if name),
        siret=str(about["siret"]) if about.get("siret") else None,
        provider=str(about.get("idp_id") or "")[:100],
        id_token=id_token,
    )
