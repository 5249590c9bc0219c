"""What one installation sets through `JALON_*` variables; `deploy/jalon.env.example` lists them.

The command starts with `config.database` alone: this module brings pydantic.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from config import database
from config.access_settings import AccessSettings, provider_faults
from config.errors import ConfigError, ConfigProblem
from config.i18n import gettext as _
from config.i18n import later
from config.mail_settings import MailSettings, mail_faults
from config.setting_types import (
    Address,
    DatabaseUrl,
    Folder,
    ListenAt,
    LogLevel,
    Moment,
    PingUrl,
    WebAddress,
)
from config.validation import sentence

PREFIX = "JALON_"
PORTS = {"none": 25, "starttls": 587, "tls": 465}
_ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class Settings(AccessSettings, MailSettings):
    """The settings of one installation; an empty variable counts as absent."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    database_url: DatabaseUrl = Field(
        default_factory=database.database_url,
        description=later(
            "Base de données : sqlite:///chemin (relatif au dossier courant) ou"
            " postgresql://utilisateur:motdepasse@serveur/base."
        ),
    )
    now: Moment = Field(
        default=None,
        description=later(
            "Date (ou instant avec fuseau) que Jalon tient pour maintenant ; vide :"
            " l’horloge. Pour rejouer ou essayer, jamais en production."
        ),
    )
    locale: str = Field(
        default="fr", pattern="^[a-z]{2}$", description=later("Langue, en deux lettres minuscules.")
    )
    contract: str = Field(
        default="CV112",
        pattern="^[A-Za-z0-9]{1,20}$",
        description=later("Code du contrat de ville suivi par cette installation."),
    )
    policies: Folder | None = Field(
        default=None,
        description=later(
            "Dossier de vos propres deadlines.yaml, reminders.yaml, calendar.yaml,"
            " calls.yaml, schedule.yaml, mail.yaml ; un fichier absent est celui livré avec Jalon."
        ),
    )
    smtp_host: str | None = Field(
        default=None,
        description=later(
            "Relais de messagerie ; vide : aucun message ne sort, tous sont gardés dans"
            " le dossier de JALON_CATCHER_FOLDER."
        ),
    )
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        default="starttls",
        description=later("Chiffrement vers le relais : none, starttls ou tls (dès la connexion)."),
    )
    smtp_port: int = Field(
        default_factory=lambda data: PORTS[data.get("smtp_tls", "starttls")],
        ge=1,
        le=65535,
        description=later("Port du relais ; vide : 25, 587 ou 465 selon JALON_SMTP_TLS."),
    )
    smtp_username: str | None = Field(
        default=None,
        description=later("Identifiant auprès du relais ; vide : sans authentification."),
    )
    smtp_password: SecretStr | None = Field(
        default=None, description=later("Mot de passe auprès du relais.")
    )
    smtp_ca_file: Path | None = Field(
        default=None,
        description=later("Certificats d’autorité du relais (PEM) ; vide : ceux de la machine."),
    )
    smtp_connections: int = Field(
        default=1,
        ge=1,
        le=50,
        description=later(
            "Connexions simultanées au relais, par processus ; autant de doublons possibles,"
            " reconnaissables, si le processus est tué."
        ),
    )
    sender_address: Address = Field(
        default="jalon@example.org",
        description=later("Adresse d’expédition ; obligatoire avec un relais."),
    )
    sender_name: str = Field(
        default="Jalon",
        max_length=100,
        description=later("Nom d’expéditeur que lisent les destinataires."),
    )
    reply_to: Address | None = Field(
        default=None,
        description=later("Adresse où arrivent les réponses ; vide : celle d’expédition."),
    )
    public_url: WebAddress = Field(
        default="http://localhost:8000",
        description=later("Adresse publique de Jalon, pour les liens dans les messages."),
    )
    upload_megabytes: int = Field(
        default=10,
        ge=1,
        le=100,
        description=later("Taille la plus grande d’un fichier envoyé, en Mo."),
    )
    theme: Folder | None = Field(
        default=None,
        description=later(
            "Dossier de votre thème : theme.css, logo.svg ou logo.png ; vide : sobre."
        ),
    )
    session_idle_minutes: int = Field(
        default=120,
        ge=5,
        le=1440,
        description=later("Minutes sans un clic après lesquelles il faut se connecter de nouveau."),
    )
    session_hours: int = Field(
        default=12,
        ge=1,
        le=168,
        description=later(
            "Heures après lesquelles il faut se connecter de nouveau, quoi qu’il arrive."
        ),
    )
    catcher_folder: Path = Field(
        default=Path("var/mail"),
        description=later("Dossier où sont gardés les messages quand il n’y a pas de relais."),
    )
    backup_folder: Path = Field(
        default=Path("var/backups"), description=later("Dossier des sauvegardes de la base.")
    )
    backup_keep: int = Field(
        default=14,
        ge=1,
        description=later("Nombre de sauvegardes gardées ; les plus anciennes partent."),
    )
    webhook_private: bool = Field(
        default=False,
        description=later(
            "Permettre aux webhooks d’appeler en http ou vers une adresse privée (0 ou 1)."
        ),
    )
    listen: ListenAt = Field(
        default="127.0.0.1:8000",
        description=later(
            "Où « jalon serve » répond aux navigateurs et aux sondes : adresse:port."
        ),
    )
    ping_url: PingUrl = Field(
        default=None,
        description=later(
            "Adresse appelée (GET) après chaque traitement réussi, tant qu’aucun autre n’est"
            " en échec : le silence donne l’alarme. {work} y devient le nom du traitement."
        ),
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description=later("Forme du journal technique : text ou json.")
    )
    log_level: LogLevel = Field(
        default="INFO",
        description=later("Détail du journal technique : DEBUG, INFO, WARNING ou ERROR."),
    )


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def load_settings() -> Settings:
    """The settings of this process; raises ConfigError, which names every variable at fault."""
    try:
        settings = Settings(_secrets_dir=os.environ.get("CREDENTIALS_DIRECTORY"))  # systemd's
    except ValidationError as error:
        problems = []
        for fault in error.errors(include_url=False):
            if fault["type"] == "default_factory_not_called":
                continue  # only the echo of another fault
            field = str(fault["loc"][0])
            problems.append(ConfigProblem(sentence(fault), variable(field)))
        raise ConfigError(problems) from error
    found = (*_relay_faults(settings), *provider_faults(settings), *mail_faults(settings))
    if faults := [ConfigProblem(text, variable(field)) for field, text in found]:
        raise ConfigError(faults)
    return settings


def _relay_faults(settings: Settings) -> Iterator[tuple[str, str]]:
    """What each variable of the relay may be alone, but not beside the others."""
    if settings.smtp_host is None:
        return
    if "sender_address" not in settings.model_fields_set:
        yield "sender_address", _("absente, attendu : l’adresse d’expédition, exigée par un relais")
    if settings.smtp_username and not settings.smtp_password:
        yield "smtp_password", _("absente, attendu : le mot de passe de JALON_SMTP_USERNAME")
    if settings.smtp_password and not settings.smtp_username:
        yield "smtp_username", _("absente, attendu : l’identifiant de JALON_SMTP_PASSWORD")
    in_clear = settings.smtp_tls == "none" and settings.smtp_host not in _ON_THIS_MACHINE
    if settings.smtp_username and in_clear:
        yield (
            "smtp_tls",
            _("« none » refusé, attendu : starttls ou tls, pour chiffrer l’identifiant"),
        )
