"""The settings of those who come in otherwise than by a link: agents, programs, whoever asks too often."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from config.i18n import gettext as _
from config.i18n import later
from config.setting_types import WebAddress

_ON_THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]"}


class AccessSettings(BaseSettings):
    """A part of `Settings`."""

    oidc_issuer: WebAddress | None = Field(
        default=None,
        description=later(
            "Service d’identité des agents (ProConnect : …/api/v2) ; vide : sans lui."
        ),
    )
    oidc_client_id: str = Field(
        default="", max_length=200, description=later("Identifiant de Jalon auprès de ce service.")
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description=later("Secret de Jalon auprès de ce service.")
    )
    oidc_algorithm: Literal["RS256", "ES256", "HS256"] = Field(
        default="RS256",
        description=later("Signature convenue avec ce service : RS256, ES256 ou HS256."),
    )
    oidc_scope: str = Field(
        default="openid given_name usual_name email uid siret idp_id",
        max_length=300,
        description=later("Ce qui est demandé à ce service."),
    )
    oidc_label: str = Field(
        default="ProConnect", max_length=60, description=later("Nom de ce service sur le bouton.")
    )
    rate_storage: str = Field(
        default="memory://",
        pattern=r"^(memory://|rediss?://\S+|redis\+sentinel://\S+)$",
        description=later(
            "Où compter les demandes trop fréquentes : memory:// (ce processus) ou l’adresse"
            " d’un Redis, comme redis://serveur:6379/1, quand plusieurs processus répondent."
        ),
    )
    api_per_minute: int = Field(
        default=600,
        ge=1,
        le=100_000,
        description=later("Demandes par minute et par jeton de l’API."),
    )


def provider_faults(settings: AccessSettings) -> Iterator[tuple[str, str]]:
    """What the identity provider needs beside its address."""
    if settings.oidc_issuer is None:
        return
    if not settings.oidc_client_id:
        yield (
            "oidc_client_id",
            _("absente, attendu : l’identifiant donné par le service d’identité"),
        )
    if not settings.oidc_client_secret:
        yield (
            "oidc_client_secret",
            _("absente, attendu : le secret donné par le service d’identité"),
        )
    host = settings.oidc_issuer.partition("://")[2].partition("/")[0].partition(":")[0]
    if not (settings.oidc_issuer.startswith("https://") or host in _ON_THIS_MACHINE):
        yield "oidc_issuer", _("http refusé, attendu : une adresse en https")
