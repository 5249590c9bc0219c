"""The kinds of value a `JALON_*` variable may hold, each refused in words when it does not fit."""

import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from config.i18n import gettext as _

_DATE_LENGTH = len("2021-01-04")
HIGHEST_PORT = 65535


def _moment(value: object) -> object:
    """A date, or an instant that names its zone, out of what JALON_NOW says."""
    if not isinstance(value, str):
        return value
    with suppress(ValueError):
        if len(value) <= _DATE_LENGTH:
            return date.fromisoformat(value)
        instant = datetime.fromisoformat(value)
        if instant.utcoffset() is not None:
            return instant
    raise ValueError(
        _(
            "« {value} » refusé, attendu : une date (2021-01-04) ou un instant avec son fuseau"
            " (2021-01-04T18:00:00+01:00)"
        ).format(value=value)
    )


def _address(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(
            _(
                "« {value} » refusé, attendu : une adresse électronique, comme nom@domaine.fr"
            ).format(value=value)
        ) from error


def _web_address(value: str) -> str:
    scheme, found, rest = value.partition("://")
    if scheme not in {"http", "https"} or not found or not rest or " " in value:
        raise ValueError(
            _("« {value} » refusé, attendu : une adresse comme https://jalon.exemple.fr").format(
                value=value
            )
        )
    return value.rstrip("/")


def _database(value: str) -> str:
    if not re.match(r"(sqlite|postgresql)(\+\w+)?:", value):
        raise ValueError(
            _("base inconnue, attendu : sqlite:///chemin ou postgresql://utilisateur@hôte/base")
        )
    return value


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError(
            _("« {value} » refusé, attendu : un dossier qui existe").format(value=value)
        )
    return value


def _in_capitals(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _ping(value: object) -> object:
    if not isinstance(value, str):
        return value
    with suppress(ValueError, KeyError, IndexError):
        return _web_address(value.format(work="backup")) and value
    raise ValueError(
        _(
            "« {value} » refusé, attendu : une adresse comme https://veille.exemple.fr/ping/{{work}}"
        ).format(value=value)
    )


def _listen(value: str) -> str:
    found = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^\s:\[\]]+):(\d{1,5})", value)
    if found is None or int(found[2]) > HIGHEST_PORT:
        raise ValueError(
            _("« {value} » refusé, attendu : adresse:port, comme 127.0.0.1:8000").format(
                value=value
            )
        )
    return value


Moment = Annotated[date | datetime | None, BeforeValidator(_moment)]
Address = Annotated[str, AfterValidator(_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
Folder = Annotated[Path, AfterValidator(_folder)]
PingUrl = Annotated[str | None, BeforeValidator(_ping)]
ListenAt = Annotated[str, AfterValidator(_listen)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_in_capitals)]
