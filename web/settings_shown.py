"""The settings of an installation as a page may show them: names, values, what each is for; no secret."""

from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy.engine import make_url

from config.i18n import gettext as _
from config.settings import Settings, variable


class Shown(NamedTuple):
    """One setting."""

    variable: str
    value: str
    about: str
    own: bool  # set here, and not the default


def shown_settings(settings: Settings) -> list[Shown]:
    """Every setting, in the order of the example file."""
    return [
        Shown(
            variable(name),
            _shown(name, getattr(settings, name)),
            _(field.description) if field.description else "",
            name in settings.model_fields_set,
        )
        for name, field in type(settings).model_fields.items()
    ]


def _shown(name: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, SecretStr) or any(w in name for w in ("secret", "password", "key")):
        return "••••"
    if name.endswith("_url") and "://" in str(value) and "@" in str(value):
        return make_url(str(value)).render_as_string(hide_password=True)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return str(value)
