"""What pydantic found wrong, as a French sentence: what was received, and what was expected."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from config.i18n import gettext as _
from config.i18n import later

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LONGEST_ECHO = 60


def sentence(error: "ErrorDetails") -> str:
    """One of `ValidationError.errors()` in words; it shows the value, so no secret may fail here."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return _("champ absent, attendu : une valeur")
    if kind == "extra_forbidden":
        return _("champ inconnu, attendu : un champ prévu ici ; corrigez son nom ou retirez-le")
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", error["msg"]))
    wanted = _expected(kind, context) or error["msg"]
    return _("{found}, attendu : {expected}").format(found=_shown(error["input"]), expected=wanted)


def _shown(value: object) -> str:
    if value is None:
        return _("valeur vide")
    if isinstance(value, Mapping):
        return _("groupe de champs")
    if isinstance(value, list | tuple):
        return _("liste de {count}").format(count=len(value))
    text = str(value)
    text = text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"
    return _("« {value} » refusé").format(value=text)


_PATTERNS = {
    "string_type": later("un texte (entre guillemets s’il ressemble à un nombre ou à une date)"),
    "string_too_short": later("un texte d’au moins {min_length} caractère(s)"),
    "string_too_long": later("un texte d’au plus {max_length} caractère(s)"),
    "string_pattern_mismatch": later("un texte de la forme {pattern}"),
    "enum": later("l’une des valeurs {expected}"),
    "literal_error": later("l’une des valeurs {expected}"),
    "greater_than": later("plus de {gt}"),
    "greater_than_equal": later("au moins {ge}"),
    "less_than": later("moins de {lt}"),
    "less_than_equal": later("au plus {le}"),
    "too_short": later("au moins {min_length} élément(s)"),
    "too_long": later("au plus {max_length} élément(s)"),
    "zoneinfo_str": later("un fuseau horaire, comme « Europe/Paris »"),
    "path_not_directory": later("un dossier qui existe"),
}
_FAMILIES = {
    "int": later("un nombre entier"),
    "decimal": later("un nombre"),
    "float": later("un nombre"),
    "bool": later("true ou false"),
    "date": later("une date AAAA-MM-JJ"),
    "list": later("une liste"),
    "tuple": later("une liste"),
    "set": later("une liste"),
    "frozen_set": later("une liste"),
    "dict": later("un groupe de champs"),
    "model": later("un groupe de champs"),
}


def _expected(kind: str, context: Mapping[str, object]) -> str:
    if kind in _PATTERNS:
        words = {key: str(value).replace(" or ", _(" ou ")) for key, value in context.items()}
        return _(_PATTERNS[kind]).format(**words)
    return next((_(_FAMILIES[name]) for name in _FAMILIES if kind.startswith(f"{name}_")), "")
