"""The settings of what mail carries beside its words: where failures come back, who vouches for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from config.i18n import gettext as _
from config.i18n import later
from config.setting_types import Address

if TYPE_CHECKING:
    from config.settings import Settings


class MailSettings(BaseSettings):
    """A part of `Settings`."""

    mail_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description=later(
            "Secret (32 caractères au moins) qui signe les adresses de retour et les liens"
            " d’arrêt ; vide : ni les unes ni les autres. Le changer annule les anciens."
        ),
    )
    bounce_address: Address | None = Field(
        default=None,
        description=later(
            "Adresse où reviennent les échecs : chaque message part de compte+jeton@domaine ;"
            " vide : ils reviennent à l’adresse d’expédition. Demande JALON_MAIL_SECRET."
        ),
    )
    bounce_mailbox: Path | None = Field(
        default=None,
        description=later(
            "Boîte où arrivent les messages revenus (Maildir, mbox ou dossier de messages),"
            " lue aux heures de schedule.yaml et laissée telle quelle ; vide : aucune."
        ),
    )
    bounce_hook_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description=later(
            "Secret (32 caractères au moins) avec lequel le serveur de messagerie remet en"
            " HTTP les messages revenus, à /courriels/retours ; vide : rien n’y est reçu."
        ),
    )
    dkim_key: Path | None = Field(
        default=None,
        description=later(
            "Clé privée DKIM (PEM) qui signe chaque message ; vide : le relais signe, ou"
            " personne. Demande JALON_DKIM_SELECTOR."
        ),
    )
    dkim_selector: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]{1,63}$",
        description=later(
            "Sélecteur DKIM du domaine d’expédition, pour que « jalon doctor » le vérifie."
        ),
    )


def mail_faults(settings: "Settings") -> Iterator[tuple[str, str]]:
    """What each variable of mail may be alone, but not beside the others."""
    if settings.bounce_address and not settings.mail_secret:
        yield "mail_secret", _("absente, attendu : le secret qui signe JALON_BOUNCE_ADDRESS")
    if settings.bounce_address and not settings.bounce_address.isascii():
        yield (
            "bounce_address",
            _("« {value} » refusé, attendu : une adresse sans accent").format(
                value=settings.bounce_address
            ),
        )
    if settings.dkim_key is None:
        return
    if not settings.dkim_key.is_file():
        yield (
            "dkim_key",
            _("« {value} » refusé, attendu : un fichier lisible").format(value=settings.dkim_key),
        )
    if not settings.dkim_selector:
        yield "dkim_selector", _("absente, attendu : le sélecteur de la clé de JALON_DKIM_KEY")
