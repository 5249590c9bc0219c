"""An identity provider like ProConnect, on a real server: strict about what it is asked, and able to lie."""

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.web.server import serving

CLIENT, SECRET = "jalon", "un-secret-assez-long-pour-signer-en-HS256"
ASKED = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
LIFE = timedelta(minutes=1)
Lie = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class FakeProvider:
    """Its keys, who signs in there, the lies it tells; what it was asked."""

    algorithm: str = "RS256"
    now: datetime = datetime(2021, 3, 20, 8, tzinfo=UTC)
    about: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    lie_id: Lie = dict  # about the identity token
    lie_info: Lie = dict  # about the user information
    signed: bool = True
    forged: bool = False  # signed with a key that it does not publish
    none: bool = False  # « alg: none »
    confused: bool = False  # signed in HS256 with its public key for a secret
    down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    ended: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.algorithm == "HS256":
            self.key: Any = OctKey.import_key(SECRET)
        elif self.algorithm == "ES256":
            self.key = ECKey.generate_key("P-256", parameters={"kid": "k1"})
        else:
            self.key = RSAKey.generate_key(2048, parameters={"kid": "k1"})

    def turn_keys(self) -> None:
        """Publish another key from now on."""
        self.key = RSAKey.generate_key(2048, parameters={"kid": "k2"})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                Route("/jwks", self.jwks),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/userinfo", self.userinfo),
                Route("/session/end", self.end),
            ]
        )

    async def discovery(self, _request: Request) -> Response:
        places = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "userinfo_endpoint": "/userinfo",
            "jwks_uri": "/jwks",
            "end_session_endpoint": "/session/end",
        }
        found = {name: self.issuer + path for name, path in places.items()}
        return JSONResponse({"issuer": self.issuer} | found)

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        sound = (
            set(asked) == ASKED
            and asked["client_id"] == CLIENT
            and asked["response_type"] == "code"
            and min(len(asked["state"]), len(asked["nonce"])) >= 32
            and "openid" in asked["scope"].split()
        )
        if not sound:
            return JSONResponse({"error": "Y000400"}, 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form.get("code", ""), None)
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if self.down or not asked or not known or "authorization" in request.headers:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = self.lie_id(self._common() | {"nonce": asked["nonce"]})
        return JSONResponse({"access_token": "a-token", "id_token": self._sign(claims)})

    async def userinfo(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer a-token":
            return Response(status_code=401)
        claims = self.lie_info(self._common() | self.about)
        if not self.signed:
            return JSONResponse(claims)
        return Response(self._sign(claims), media_type="application/jwt")

    async def end(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.ended.append(asked)
        return RedirectResponse(asked["post_logout_redirect_uri"], 303)

    def _common(self) -> dict[str, Any]:
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.about["sub"],
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + LIFE).timestamp()),
        }

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.none:
            return by_hand("none", claims, b"")
        if self.confused:
            return by_hand("HS256", claims, self.key.as_pem(private=False))
        key = RSAKey.generate_key(2048, parameters={"kid": "k1"}) if self.forged else self.key
        return jwt.encode({"alg": self.algorithm, "kid": "k1"}, claims, key)


def by_hand(algorithm: str, claims: dict[str, Any], key: bytes) -> str:
    """A token that no honest library would make."""
    header = {"alg": algorithm, "kid": "k1", "typ": "JWT"}
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.digest(key, signed.encode(), "sha256") if key else b""
    return f"{signed}.{_base64(signature)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@contextmanager
def providing(algorithm: str = "RS256", **about: Any) -> Iterator[FakeProvider]:
    """A provider at which the agent of these claims signs in."""
    who = {
        "sub": "a-subject",
        "email": "claire@contrat.example",
        "given_name": "Claire",
        "usual_name": "Aubert",
        "idp_id": "idp-metropole",
    }
    provider = FakeProvider(algorithm, about=who | about)
    with serving(provider.app()) as address:
        provider.issuer = address
        yield provider
